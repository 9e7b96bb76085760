/* See child_usage.h. */
#include "preload/child_usage.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/pages.h"

#define US_PER_SECOND 1000000

/* Those that Linux counts. */
static const size_t counters[] = {
    offsetof(struct rusage, ru_minflt),  offsetof(struct rusage, ru_majflt),
    offsetof(struct rusage, ru_inblock), offsetof(struct rusage, ru_oublock),
    offsetof(struct rusage, ru_nvcsw),   offsetof(struct rusage, ru_nivcsw),
};
enum { COUNTERS = sizeof(counters) / sizeof(*counters) };

static struct sum {
    _Atomic int64_t user_us, system_us;
    _Atomic long counted[COUNTERS];
} * sum;

bool child_usage_start(void)
{
    sum = pages_map(sizeof(*sum));
    if (sum)
        syscall(SYS_madvise, sum, sizeof(*sum), MADV_WIPEONFORK);
    return sum != NULL;
}

static long *counter(struct rusage *usage, int i)
{
    return (long *)((char *)usage + counters[i]);
}

static int64_t microseconds(struct timeval time)
{
    return (int64_t)time.tv_sec * US_PER_SECOND + time.tv_usec;
}

void child_usage_add(const struct rusage *child)
{
    struct rusage usage = *child;
    sum->user_us += microseconds(usage.ru_utime);
    sum->system_us += microseconds(usage.ru_stime);
    for (int i = 0; i < COUNTERS; i++)
        sum->counted[i] += *counter(&usage, i);
}

static int64_t less(int64_t all, int64_t ours)
{
    return all > ours ? all - ours : 0;
}

static void shorten(struct timeval *time, int64_t ours_us)
{
    int64_t left = less(microseconds(*time), ours_us);
    time->tv_sec = left / US_PER_SECOND;
    time->tv_usec = left % US_PER_SECOND;
}

void child_usage_take_off(struct rusage *usage)
{
    if (!sum)
        return;
    shorten(&usage->ru_utime, sum->user_us);
    shorten(&usage->ru_stime, sum->system_us);
    for (int i = 0; i < COUNTERS; i++)
        *counter(usage, i) = less(*counter(usage, i), sum->counted[i]);
}
