/* Calls that a signal ends, a peer's silence, a child, and calls made by their number. */
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "tests/e2e/programs/blocked_calls.h"

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

static const struct blocked_call calls[] = {
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

int main(void)
{
    return run_calls(calls, sizeof(calls) / sizeof(*calls));
}
