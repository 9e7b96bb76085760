/* What the program's children cost, without the dumps' ones: see child_usage.h. */
#include <sys/resource.h>
#include <sys/times.h>
#include <unistd.h>

#include "preload/child_usage.h"
#include "preload/export.h"
#include "preload/next.h"

static int (*next_getrusage)(__rusage_who_t, struct rusage *);
static clock_t (*next_times)(struct tms *);

/* dlsym may not be called in a signal handler, where these may be. */
__attribute__((constructor)) static void look_up(void)
{
    (void)NEXT(next_getrusage, "getrusage");
    (void)NEXT(next_times, "times");
}

EXPORT int getrusage(__rusage_who_t who, struct rusage *ret_usage)
{
    int result = NEXT(next_getrusage, "getrusage")(who, ret_usage);
    if (result == 0 && who == RUSAGE_CHILDREN)
        child_usage_take_off(ret_usage);
    return result;
}

static clock_t ticks(struct timeval time)
{
    long per_second = sysconf(_SC_CLK_TCK);
    return time.tv_sec * per_second + time.tv_usec * per_second / 1000000;
}

static struct timeval time_of(clock_t ticks)
{
    long per_second = sysconf(_SC_CLK_TCK);
    return (struct timeval){ticks / per_second, ticks % per_second * 1000000 / per_second};
}

/* To a tick: what is taken off was part of one. */
EXPORT clock_t times(struct tms *ret_times)
{
    clock_t now = NEXT(next_times, "times")(ret_times);
    if (now == (clock_t)-1 || !ret_times)
        return now;
    struct rusage usage = {.ru_utime = time_of(ret_times->tms_cutime),
                           .ru_stime = time_of(ret_times->tms_cstime)};
    child_usage_take_off(&usage);
    ret_times->tms_cutime = ticks(usage.ru_utime);
    ret_times->tms_cstime = ticks(usage.ru_stime);
    return now;
}
