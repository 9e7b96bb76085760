/* Calls that time ends, or a line on standard input. */
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/e2e/programs/blocked_calls.h"

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

static const struct blocked_call calls[] = {
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
    {"read", call_read, 0},
};

int main(void)
{
    return run_calls(calls, sizeof(calls) / sizeof(*calls));
}
