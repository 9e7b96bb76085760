/*
 * When the timeout of a wait is over, for calls that say only how long it is: poll and epoll_wait.
 * After a dump has interrupted one, it goes on for what is left (interrupted.h). The calls' hooks
 * note it (hooks_wait.c); those of libc's own and those made by number are not noted.
 */
#ifndef CAULK_TIMED_WAIT_H
#define CAULK_TIMED_WAIT_H

#include <stdint.h>

#include "preload/clock.h"

/* The coarse clock: it costs little, and is never asked by a system call, which a filter could
 * forbid. It is behind by a tick at most, 10 ms with HZ=100. */
#define TIMED_WAIT_CLOCK CLOCK_MONOTONIC_COARSE
#define TIMED_WAIT_BEHIND_MS 10u

struct timed_wait {
    uint64_t end_ns;
    uintptr_t frame; /* of the call's hook; 0 outside of it */
    int timeout_ms;  /* as the kernel was told last */
};

extern __thread struct timed_wait timed_wait_self;

/* Around the call, both in one function. The timeout is in milliseconds; none where it is negative.
 */
__attribute__((always_inline)) static inline void timed_wait_begin(int timeout_ms)
{
    if (timeout_ms <= 0)
        return;
    timed_wait_self.end_ns =
        clock_ns(TIMED_WAIT_CLOCK) + ((uint64_t)timeout_ms + TIMED_WAIT_BEHIND_MS) * 1000000;
    timed_wait_self.timeout_ms = timeout_ms;
    __asm__ volatile("" ::: "memory");
    timed_wait_self.frame = (uintptr_t)__builtin_frame_address(0);
}

static inline void timed_wait_end(void)
{
    timed_wait_self.frame = 0;
}

/* In a signal handler: the timeout to go on with, of a call that was interrupted with this stack
 * pointer and this timeout; that timeout where the call was not noted. */
int timed_wait_left(uintptr_t sp, int timeout_ms);

#endif
