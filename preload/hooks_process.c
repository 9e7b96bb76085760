/*
 * Fork: a thread that is stopped in there holds every lock of the allocator. libc's own callers
 * bypass interposition, but they run the handlers of pthread_atfork: ours are registered first, so
 * they run last before the fork and first after it.
 *
 * mlockall: the program's memory is locked, the tracker's isn't.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/export.h"
#include "preload/memory_lock.h"
#include "preload/pages.h"
#include "preload/pending.h"
#include "preload/thread.h"
#include "preload/tracker.h"

/* What the tracker may need after mlockall(MCL_FUTURE); address space only. */
#define RESERVE_BYTES ((size_t)4 << 30)
#define RESERVE_LESS_BYTES ((size_t)256 << 20)

static __thread uintptr_t busy_before_fork;

static void before_fork(void)
{
    busy_before_fork = thread_enter_for_long();
}

static void after_fork_in_parent(void)
{
    thread_leave(busy_before_fork);
    pending_check(NULL);
}

static void after_fork_in_child(void)
{
    thread_leave(busy_before_fork);
    if (tracker_on())
        tracker_process();
}

__attribute__((constructor)) static void watch_fork(void)
{
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

static int lock_all(int flags)
{
    return (int)syscall(SYS_mlockall, flags);
}

static bool locks_future; /* was asked to, at some time */

/* The kernel ends MCL_FUTURE where it is not asked for again, and has no other call for that. */
static int lock_current(int flags, bool *ret_tried)
{
    int error = memory_lock_current(flags, ret_tried);
    if (error || !*ret_tried || !locks_future || (flags & MCL_FUTURE))
        return error;
    syscall(SYS_munlockall);
    return memory_lock_current(flags, ret_tried);
}

EXPORT int mlockall(int flags)
{
    const int known = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;
    bool tried = false;
    if (!tracker_on() || (flags & ~known) != 0 || (flags & (MCL_CURRENT | MCL_FUTURE)) == 0)
        return lock_all(flags);
    locks_future |= (flags & MCL_FUTURE) != 0;
    if ((flags & MCL_FUTURE) && !pages_reserve(RESERVE_BYTES))
        pages_reserve(RESERVE_LESS_BYTES);
    if (flags & MCL_CURRENT) {
        int saved_errno = errno;
        int error = lock_current(flags, &tried);
        errno = error ? error : saved_errno;
        if (error)
            return -1;
    }
    int left = tried ? flags & ~MCL_CURRENT : flags;
    return left & (MCL_CURRENT | MCL_FUTURE) ? lock_all(left) : 0;
}
