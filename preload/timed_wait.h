/*
 * When the timeout of a wait is over, for calls that say only how long it is and are not told what
 * is left: poll, epoll_wait, sigtimedwait, semtimedop. After a dump has interrupted one, it goes on
 * for what is left (interrupted.h). The calls' hooks note it; those of libc's own and those made by
 * number are not noted.
 */
#ifndef CAULK_TIMED_WAIT_H
#define CAULK_TIMED_WAIT_H

#include <stdint.h>
#include <time.h>

#include "preload/clock.h"

/* The coarse clock: it costs little, and is never asked by a system call, which a filter could
 * forbid. It is behind by a tick at most, 10 ms with HZ=100. */
#define TIMED_WAIT_CLOCK CLOCK_MONOTONIC_COARSE
#define TIMED_WAIT_BEHIND_MS 10u

struct timed_wait {
    uint64_t begin_ns;
    uint64_t timeout_ns;  /* known when it is interrupted first, until then 0 */
    uintptr_t frame;      /* of the call's hook; 0 outside of it */
    int left_ms;          /* as the kernel was told last */
    struct timespec left; /* the same */
};

extern __thread struct timed_wait timed_wait_self;

/* Around the call, both in one function. */
__attribute__((always_inline)) static inline void timed_wait_begin(void)
{
    timed_wait_self.timeout_ns = 0;
    timed_wait_self.begin_ns = clock_ns(TIMED_WAIT_CLOCK) + TIMED_WAIT_BEHIND_MS * 1000000;
    __asm__ volatile("" ::: "memory");
    timed_wait_self.frame = (uintptr_t)__builtin_frame_address(0);
}

/* The same for a timeout in milliseconds; none where it is negative. */
__attribute__((always_inline)) static inline void timed_wait_begin_ms(int timeout_ms)
{
    if (timeout_ms <= 0)
        return;
    timed_wait_self.left_ms = timeout_ms;
    timed_wait_begin();
}

static inline void timed_wait_end(void)
{
    timed_wait_self.frame = 0;
}

/* In a signal handler: the timeout to go on with, of a call that was interrupted with this stack
 * pointer and this timeout; that timeout where the call was not noted. */
int timed_wait_left_ms(uintptr_t sp, int timeout_ms);
const struct timespec *timed_wait_left(uintptr_t sp, const struct timespec *timeout);

#endif
