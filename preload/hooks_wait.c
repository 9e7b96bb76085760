/* Waits whose timeout would start afresh when a dump interrupts them: see timed_wait.h. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>

#include "preload/export.h"
#include "preload/next.h"
#include "preload/timed_wait.h"

static int (*next_poll)(struct pollfd *, nfds_t, int);
static int (*next_poll_chk)(struct pollfd *, nfds_t, int, size_t);
static int (*next_epoll_wait)(int, struct epoll_event *, int, int);
static int (*next_semtimedop)(int, struct sembuf *, size_t, const struct timespec *);
static int (*next_nanosleep)(const struct timespec *, struct timespec *);
static int (*next_clock_nanosleep)(clockid_t, int, const struct timespec *, struct timespec *);

/* dlsym may not be called in a signal handler, where poll may be. */
__attribute__((constructor)) static void look_up(void)
{
    (void)NEXT(next_poll, "poll");
    (void)NEXT(next_poll_chk, "__poll_chk");
    (void)NEXT(next_epoll_wait, "epoll_wait");
    (void)NEXT(next_semtimedop, "semtimedop");
    (void)NEXT(next_nanosleep, "nanosleep");
    (void)NEXT(next_clock_nanosleep, "clock_nanosleep");
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    timed_wait_begin_ms(timeout);
    int ready = NEXT(next_poll, "poll")(fds, count, timeout);
    timed_wait_end();
    return ready;
}

int __poll_chk(struct pollfd *, nfds_t, int, size_t);

/* What _FORTIFY_SOURCE makes of poll. */
EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t bytes)
{
    timed_wait_begin_ms(timeout);
    int ready = NEXT(next_poll_chk, "__poll_chk")(fds, count, timeout, bytes);
    timed_wait_end();
    return ready;
}

EXPORT int epoll_wait(int epoll, struct epoll_event *events, int count, int timeout)
{
    timed_wait_begin_ms(timeout);
    int ready = NEXT(next_epoll_wait, "epoll_wait")(epoll, events, count, timeout);
    timed_wait_end();
    return ready;
}

EXPORT int semtimedop(int set, struct sembuf *operations, size_t count,
                      const struct timespec *timeout)
{
    timed_wait_begin();
    int result = NEXT(next_semtimedop, "semtimedop")(set, operations, count, timeout);
    timed_wait_end();
    return result;
}

/* Where the kernel writes what is left of a sleep, it can go on for that: so it is always asked to.
 */
EXPORT int nanosleep(const struct timespec *time, struct timespec *ret_left)
{
    struct timespec left;
    return NEXT(next_nanosleep, "nanosleep")(time, ret_left ? ret_left : &left);
}

EXPORT int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                           struct timespec *ret_left)
{
    struct timespec left;
    return NEXT(next_clock_nanosleep, "clock_nanosleep")(clock, flags, time,
                                                         ret_left ? ret_left : &left);
}

EXPORT int usleep(useconds_t microseconds)
{
    return nanosleep(&(struct timespec){.tv_sec = microseconds / 1000000,
                                        .tv_nsec = microseconds % 1000000 * 1000},
                     NULL);
}
