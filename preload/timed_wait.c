/* See timed_wait.h. */
#include "preload/timed_wait.h"

#include <stdbool.h>

#define NS_PER_MS 1000000u

/* From the hook's frame down to libc's system call. A hook that was left by a longjmp or by
 * cancellation has noted something else's call. */
#define CALL_BYTES_MAX 512u

__thread struct timed_wait timed_wait_self;

int timed_wait_left(uintptr_t sp, int timeout_ms)
{
    struct timed_wait *wait = &timed_wait_self;
    bool noted = sp < wait->frame && wait->frame - sp < CALL_BYTES_MAX;
    if (!noted || wait->timeout_ms != timeout_ms)
        return timeout_ms;
    uint64_t now = clock_ns(TIMED_WAIT_CLOCK);
    uint64_t left = now < wait->end_ns ? (wait->end_ns - now + NS_PER_MS - 1) / NS_PER_MS : 0;
    if (left < (uint64_t)timeout_ms)
        wait->timeout_ms = (int)left;
    return wait->timeout_ms;
}
