/*
 * Calls that block, each of which a dump interrupts: it must go on as if nothing had happened. The
 * program says which call comes; the test asks for a dump while it sleeps in there, and then ends
 * the wait by a line on standard input or lets the call's own timeout end it. The program says what
 * the call returned, and whether it kept its time.
 */
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS 400

static const struct timespec timeout = {.tv_nsec = TIMEOUT_MS * 1000000L};

static struct timespec deadline(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    time.tv_nsec += timeout.tv_nsec;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static int call_nanosleep(void)
{
    return nanosleep(&timeout, NULL);
}

static int call_clock_nanosleep(void)
{
    struct timespec until = deadline(CLOCK_MONOTONIC);

    return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static int call_usleep(void)
{
    return usleep(TIMEOUT_MS * 1000);
}

static int call_sleep(void)
{
    return (int)sleep(1);
}

static int call_poll(void)
{
    return poll(NULL, 0, TIMEOUT_MS);
}

static int call_ppoll(void)
{
    return ppoll(NULL, 0, &timeout, NULL);
}

static int call_select(void)
{
    struct timeval time = {.tv_usec = TIMEOUT_MS * 1000};

    return select(0, NULL, NULL, NULL, &time);
}

static int call_pselect(void)
{
    return pselect(0, NULL, NULL, NULL, &timeout, NULL);
}

static int call_epoll_wait(void)
{
    struct epoll_event event;
    int poller = epoll_create1(0);
    int status = epoll_wait(poller, &event, 1, TIMEOUT_MS);

    close(poller);
    return status;
}

static int call_sem_timedwait(void)
{
    sem_t semaphore;
    struct timespec until = deadline(CLOCK_REALTIME);

    sem_init(&semaphore, 0, 0);
    return sem_timedwait(&semaphore, &until);
}

static int call_semtimedop(void)
{
    int set = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf take = {.sem_op = -1};
    int status = semtimedop(set, &take, 1, &timeout), error = errno;

    semctl(set, 0, IPC_RMID);
    errno = error;
    return status;
}

static int call_recv_with_timeout(void)
{
    struct timeval time = {.tv_usec = TIMEOUT_MS * 1000};
    int pair[2], status, error;
    char byte;

    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
    status = recv(pair[0], &byte, 1, 0);
    error = errno;
    close(pair[0]);
    close(pair[1]);
    errno = error;
    return status;
}

static int call_sigtimedwait(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return sigtimedwait(&set, NULL, &timeout);
}

static int call_pthread_cond_timedwait(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never = PTHREAD_COND_INITIALIZER;
    struct timespec until = deadline(CLOCK_REALTIME);

    pthread_mutex_lock(&mutex);
    errno = pthread_cond_timedwait(&never, &mutex, &until);
    return errno ? -1 : 0;
}

static int call_epoll_pwait(void)
{
    struct epoll_event event;
    sigset_t none;
    int poller = epoll_create1(0), status;

    sigemptyset(&none);
    status = epoll_pwait(poller, &event, 1, TIMEOUT_MS, &none);
    close(poller);
    return status;
}

/* ---- ended by a signal, with EINTR and not before ---- */

static void on_alarm(int number)
{
    (void)number;
}

static void set_alarm(void)
{
    struct itimerval once = {.it_value.tv_usec = TIMEOUT_MS * 1000};

    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &once, NULL);
}

static int call_pause(void)
{
    set_alarm();
    return pause();
}

static int call_sigsuspend(void)
{
    sigset_t none;

    sigemptyset(&none);
    set_alarm();
    return sigsuspend(&none);
}

static int call_sigwaitinfo(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    set_alarm();
    return sigwaitinfo(&set, NULL) == SIGALRM ? 0 : -1;
}

/* ---- sockets with timeouts ---- */

static int with_timeout(int option, int fd)
{
    struct timeval time = {.tv_usec = TIMEOUT_MS * 1000};

    setsockopt(fd, SOL_SOCKET, option, &time, sizeof(time));
    return fd;
}

static int close_and_return(int first, int second, int status)
{
    int error = errno;

    close(first);
    close(second);
    errno = error;
    return status;
}

static int listening(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    bind(fd, (struct sockaddr *)&address, sizeof(address.sun_family)); /* the kernel names it */
    listen(fd, 0);
    return fd;
}

static int call_accept(void)
{
    int fd = with_timeout(SO_RCVTIMEO, listening());

    return close_and_return(fd, -1, accept(fd, NULL, NULL));
}

static int connect_to(int fd, int server)
{
    struct sockaddr_un address;
    socklen_t length = sizeof(address);

    getsockname(server, (struct sockaddr *)&address, &length);
    return connect(fd, (struct sockaddr *)&address, length);
}

/* The first one fills the queue. */
static int call_connect(void)
{
    int server = listening(), first = socket(AF_UNIX, SOCK_STREAM, 0);
    int second = with_timeout(SO_SNDTIMEO, socket(AF_UNIX, SOCK_STREAM, 0));
    int status = connect_to(first, server);

    status = status ? -2 : connect_to(second, server);
    status = close_and_return(first, second, status);
    return close_and_return(server, -1, status);
}

static int call_send(void)
{
    static const char bytes[65536];
    int pair[2];

    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    while (send(pair[0], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
        continue;
    with_timeout(SO_SNDTIMEO, pair[0]);
    return close_and_return(pair[0], pair[1], send(pair[0], bytes, sizeof(bytes), 0));
}

static int call_recvmsg(void)
{
    char byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    int pair[2];

    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    with_timeout(SO_RCVTIMEO, pair[0]);
    return close_and_return(pair[0], pair[1], recvmsg(pair[0], &message, 0));
}

static int call_recvmmsg(void)
{
    char byte;
    struct iovec part = {&byte, 1};
    struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
    int pair[2];

    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    with_timeout(SO_RCVTIMEO, pair[0]);
    return close_and_return(pair[0], pair[1], recvmmsg(pair[0], &message, 1, 0, NULL));
}

/* ---- ended by a child ---- */

static void nap(void)
{
    struct timespec left = timeout;

    while (nanosleep(&left, &left) != 0)
        continue;
}

struct message {
    long type;
    char text[8];
};

/* A child that does it after the timeout. */
static pid_t later(void (*act)(int object), int object)
{
    pid_t child = fork();

    if (child == 0) {
        nap();
        act(object);
        _exit(0);
    }
    return child;
}

static void send_message(int queue)
{
    struct message message = {1, "x"};

    msgsnd(queue, &message, sizeof(message.text), 0);
}

static void take_message(int queue)
{
    struct message message;

    msgrcv(queue, &message, sizeof(message.text), 0, 0);
}

static int finish_queue(pid_t child, int queue, int status)
{
    int error = errno;

    waitpid(child, NULL, 0);
    msgctl(queue, IPC_RMID, NULL);
    errno = error;
    return status;
}

static int call_msgrcv(void)
{
    struct message message;
    int queue = msgget(IPC_PRIVATE, 0600);
    pid_t child = later(send_message, queue);

    return finish_queue(child, queue, msgrcv(queue, &message, sizeof(message.text), 0, 0));
}

static int call_msgsnd(void)
{
    struct message message = {1, "y"};
    int queue = msgget(IPC_PRIVATE, 0600);

    while (msgsnd(queue, &message, sizeof(message.text), IPC_NOWAIT) == 0)
        continue;
    pid_t child = later(take_message, queue);
    return finish_queue(child, queue, msgsnd(queue, &message, sizeof(message.text), 0));
}

static void give_semaphore(int set)
{
    struct sembuf give = {.sem_op = 1};

    semop(set, &give, 1);
}

static int call_semop(void)
{
    int set = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf take = {.sem_op = -1};
    pid_t child = later(give_semaphore, set);
    int status = semop(set, &take, 1), error = errno;

    waitpid(child, NULL, 0);
    semctl(set, 0, IPC_RMID);
    errno = error;
    return status;
}

static void do_nothing(int object)
{
    (void)object;
}

static int call_waitpid(void)
{
    pid_t child = later(do_nothing, 0);

    return waitpid(child, NULL, 0) == child ? 0 : -1;
}

/* ---- by number, as libraries do for what libc has no function for ---- */

static int call_io_getevents(void)
{
    unsigned long context = 0;
    char event[32];
    struct timespec time = timeout;
    int status = syscall(SYS_io_setup, 1, &context), error;

    status = status ? -2 : syscall(SYS_io_getevents, context, 1, 1, event, &time);
    error = errno;
    syscall(SYS_io_destroy, context);
    errno = error;
    return status;
}

static int call_futex(void)
{
    unsigned word = 0;

    return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0);
}

static int call_read(void)
{
    char line[64];

    return read(STDIN_FILENO, line, sizeof(line));
}

static const struct {
    const char *name;
    int (*call)(void);
    int least_ms; /* how long it must have lasted */
} calls[] = {
    {"nanosleep", call_nanosleep, TIMEOUT_MS},
    {"clock_nanosleep", call_clock_nanosleep, TIMEOUT_MS},
    {"usleep", call_usleep, TIMEOUT_MS},
    {"sleep", call_sleep, 1000},
    {"poll", call_poll, TIMEOUT_MS},
    {"ppoll", call_ppoll, TIMEOUT_MS},
    {"select", call_select, TIMEOUT_MS},
    {"pselect", call_pselect, TIMEOUT_MS},
    {"epoll_wait", call_epoll_wait, TIMEOUT_MS},
    {"sem_timedwait", call_sem_timedwait, TIMEOUT_MS},
    {"semtimedop", call_semtimedop, TIMEOUT_MS},
    {"recv", call_recv_with_timeout, TIMEOUT_MS},
    {"sigtimedwait", call_sigtimedwait, TIMEOUT_MS},
    {"pthread_cond_timedwait", call_pthread_cond_timedwait, TIMEOUT_MS},
    {"epoll_pwait", call_epoll_pwait, TIMEOUT_MS},
    {"pause", call_pause, TIMEOUT_MS},
    {"sigsuspend", call_sigsuspend, TIMEOUT_MS},
    {"sigwaitinfo", call_sigwaitinfo, TIMEOUT_MS},
    {"accept", call_accept, TIMEOUT_MS},
    {"connect", call_connect, TIMEOUT_MS},
    {"send", call_send, TIMEOUT_MS},
    {"recvmsg", call_recvmsg, TIMEOUT_MS},
    {"recvmmsg", call_recvmmsg, TIMEOUT_MS},
    {"msgrcv", call_msgrcv, TIMEOUT_MS},
    {"msgsnd", call_msgsnd, TIMEOUT_MS},
    {"semop", call_semop, TIMEOUT_MS},
    {"waitpid", call_waitpid, TIMEOUT_MS},
    {"io_getevents", call_io_getevents, TIMEOUT_MS},
    {"futex", call_futex, TIMEOUT_MS},
    {"read", call_read, 0},
};

static int64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
        int64_t start = now_ms();
        int status, error;

        printf("calling %s\n", calls[i].name);
        errno = 0;
        status = calls[i].call();
        error = errno;
        printf("%s returned %d, errno %d, %s\n", calls[i].name, status, status < 0 ? error : 0,
               now_ms() - start >= calls[i].least_ms ? "in time" : "too soon");
    }
    return 0;
}
