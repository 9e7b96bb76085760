/* Waits for nothing, in calls with a timeout, while dumps come one after another; ends with 0 where
 * each took its time and returned then. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>

enum { TIMEOUT_MS = 500, TOO_LONG_MS = 8 * TIMEOUT_MS };

static int call_poll(void)
{
    return poll(NULL, 0, TIMEOUT_MS);
}

static int call_epoll_wait(void)
{
    struct epoll_event event;

    return epoll_wait(epoll_create1(0), &event, 1, TIMEOUT_MS);
}

static int call_epoll_pwait(void)
{
    struct epoll_event event;

    return epoll_pwait(epoll_create1(0), &event, 1, TIMEOUT_MS, NULL);
}

static const struct timespec timeout = {.tv_nsec = TIMEOUT_MS * 1000000};

static int call_ppoll(void)
{
    return ppoll(NULL, 0, &timeout, NULL);
}

static int call_pselect(void)
{
    return pselect(0, NULL, NULL, NULL, &timeout, NULL);
}

static int call_select(void)
{
    struct timeval time = {.tv_usec = TIMEOUT_MS * 1000};

    return select(0, NULL, NULL, NULL, &time);
}

static int call_nanosleep(void)
{
    struct timespec left = timeout; /* as sleep() and C++ do */

    return nanosleep(&left, &left);
}

static int call_nanosleep_without_rest(void)
{
    return nanosleep(&timeout, NULL);
}

static int call_clock_nanosleep(void)
{
    struct timespec rest;

    return clock_nanosleep(CLOCK_MONOTONIC, 0, &timeout, &rest);
}

static int call_usleep(void)
{
    return usleep(TIMEOUT_MS * 1000);
}

/* 0 where the call ended as one does whose time is over. */
static int timed_out(int result)
{
    return result == -1 && errno == EAGAIN ? 0 : -1;
}

static int call_sigtimedwait(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    return timed_out(sigtimedwait(&set, NULL, &timeout));
}

static int call_semtimedop(void)
{
    struct sembuf down = {.sem_op = -1};
    int semaphore = semget(IPC_PRIVATE, 1, 0600);
    int result = timed_out(semtimedop(semaphore, &down, 1, &timeout));

    semctl(semaphore, 0, IPC_RMID);
    return result;
}

static int call_epoll_pwait2(void)
{
    struct epoll_event event;

    return epoll_pwait2(epoll_create1(0), &event, 1, &timeout, NULL);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int main(void)
{
    static int (*const calls[])(void) = {call_poll,
                                         call_epoll_wait,
                                         call_epoll_pwait,
                                         call_ppoll,
                                         call_pselect,
                                         call_select,
                                         call_nanosleep,
                                         call_nanosleep_without_rest,
                                         call_clock_nanosleep,
                                         call_usleep,
                                         call_sigtimedwait,
                                         call_semtimedop,
                                         call_epoll_pwait2};
    int wrong = 0;

    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
        int64_t begin = now_ms(), took;
        int result = calls[i]();

        took = now_ms() - begin;
        printf("call %zu: %d after %d ms\n", i, result, (int)took);
        wrong += result != 0 || took < TIMEOUT_MS || took > TOO_LONG_MS;
    }
    return wrong;
}
