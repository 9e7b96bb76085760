/* Waits for nothing, in calls with a timeout, while dumps come one after another; ends with 0 where
 * each took its time and returned then. */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>

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

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int main(void)
{
    static int (*const calls[])(void) = {call_poll,     call_epoll_wait, call_epoll_pwait,
                                         call_ppoll,    call_pselect,    call_select,
                                         call_nanosleep};
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
