/* See timed_wait.h. */
#include "preload/timed_wait.h"

#include <stdbool.h>

#define NS_PER_MS 1000000u
#define NS_PER_SECOND 1000000000u
#define SECONDS_MAX 1000000000 /* longer ones need not end in time */

/* From the hook's frame down to libc's system call. A hook that was left by a longjmp or by
 * cancellation has noted something else's call. */
#define CALL_BYTES_MAX 512u

__thread struct timed_wait timed_wait_self;

/* False where the call was not noted. */
static bool time_left(uintptr_t sp, uint64_t timeout_ns, uint64_t *ret_ns)
{
    struct timed_wait *wait = &timed_wait_self;
    if (sp >= wait->frame || wait->frame - sp >= CALL_BYTES_MAX)
        return false;
    if (wait->timeout_ns == 0)
        wait->timeout_ns = timeout_ns;
    uint64_t now = clock_ns(TIMED_WAIT_CLOCK), end = wait->begin_ns + wait->timeout_ns;
    *ret_ns = now < end ? end - now : 0;
    return true;
}

int timed_wait_left_ms(uintptr_t sp, int timeout_ms)
{
    struct timed_wait *wait = &timed_wait_self;
    uint64_t left_ns;
    if (timeout_ms <= 0 || wait->left_ms != timeout_ms ||
        !time_left(sp, (uint64_t)timeout_ms * NS_PER_MS, &left_ns))
        return timeout_ms;
    uint64_t left_ms = (left_ns + NS_PER_MS - 1) / NS_PER_MS;
    if (left_ms < (uint64_t)timeout_ms)
        wait->left_ms = (int)left_ms;
    return wait->left_ms;
}

const struct timespec *timed_wait_left(uintptr_t sp, const struct timespec *timeout)
{
    struct timed_wait *wait = &timed_wait_self;
    uint64_t left_ns;
    if (!timeout || timeout->tv_sec >= SECONDS_MAX ||
        !time_left(sp, (uint64_t)timeout->tv_sec * NS_PER_SECOND + (uint64_t)timeout->tv_nsec,
                   &left_ns))
        return timeout;
    wait->left.tv_sec = (time_t)(left_ns / NS_PER_SECOND);
    wait->left.tv_nsec = (long)(left_ns % NS_PER_SECOND);
    return &wait->left;
}
