/* Waits whose timeout would start afresh when a dump interrupts them: see timed_wait.h. */
#include <poll.h>
#include <sys/epoll.h>

#include "preload/export.h"
#include "preload/next.h"
#include "preload/timed_wait.h"

static int (*next_poll)(struct pollfd *, nfds_t, int);
static int (*next_poll_chk)(struct pollfd *, nfds_t, int, size_t);
static int (*next_epoll_wait)(int, struct epoll_event *, int, int);

/* dlsym may not be called in a signal handler, where poll may be. */
__attribute__((constructor)) static void look_up(void)
{
    (void)NEXT(next_poll, "poll");
    (void)NEXT(next_poll_chk, "__poll_chk");
    (void)NEXT(next_epoll_wait, "epoll_wait");
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    timed_wait_begin(timeout);
    int ready = NEXT(next_poll, "poll")(fds, count, timeout);
    timed_wait_end();
    return ready;
}

int __poll_chk(struct pollfd *, nfds_t, int, size_t);

/* What _FORTIFY_SOURCE makes of poll. */
EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t bytes)
{
    timed_wait_begin(timeout);
    int ready = NEXT(next_poll_chk, "__poll_chk")(fds, count, timeout, bytes);
    timed_wait_end();
    return ready;
}

EXPORT int epoll_wait(int epoll, struct epoll_event *events, int count, int timeout)
{
    timed_wait_begin(timeout);
    int ready = NEXT(next_epoll_wait, "epoll_wait")(epoll, events, count, timeout);
    timed_wait_end();
    return ready;
}
