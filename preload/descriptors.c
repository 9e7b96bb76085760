/* close_range(CLOSE_RANGE_UNSHARE) copies nothing of what it closes; kernels before 5.9 lack it,
 * and there every number up to the table's size is closed in turn. */
#include "preload/descriptors.h"

#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "preload/raw_io.h"

#define NR_CLOSE_RANGE 436
#define UNSHARE_FLAG 2u /* CLOSE_RANGE_UNSHARE */

static void close_one_by_one(unsigned first, unsigned last)
{
    struct rlimit limit = {.rlim_max = 1024};
    getrlimit(RLIMIT_NOFILE, &limit);
    for (unsigned fd = first; fd <= last && fd < limit.rlim_max; fd++)
        raw_close((int)fd);
}

static void close_range_of(unsigned first, unsigned last)
{
    if (first > last || syscall(NR_CLOSE_RANGE, first, last, 0) == 0)
        return;
    close_one_by_one(first, last);
}

bool descriptors_keep_only(int one, int other)
{
    unsigned low = (unsigned)(one < other ? one : other);
    unsigned high = (unsigned)(one < other ? other : one);
    if (low == UINT_MAX) /* at most one to keep */
        low = high;
    if (syscall(NR_CLOSE_RANGE, high + 1, UINT_MAX, UNSHARE_FLAG) != 0 && unshare(CLONE_FILES) != 0)
        return false; /* still shared: closing here would close in the program */
    if (low != UINT_MAX && low > 0)
        close_range_of(0, low - 1);
    if (high > low + 1)
        close_range_of(low + 1, high - 1);
    close_range_of(high + 1, UINT_MAX);
    return true;
}
