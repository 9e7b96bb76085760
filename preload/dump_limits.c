#include "preload/dump_limits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "libcaulk/status_format.h"
#include "preload/cgroup.h"
#include "preload/clock.h"
#include "preload/plain_text.h"
#include "preload/proc.h"
#include "preload/raw_io.h"
#include "preload/seccomp.h"
#include "preload/signals.h"

#define TICK_US 10000
#define MIB (UINT64_C(1) << 20)

/* What may be allocated until the next look, by the child and for pages that the program writes to:
 * a thirty-second of the limit, at least so much, and twice what went since the look before. */
#define LEAST_MARGIN (8 * MIB)
#define MARGIN_OF_LIMIT 32

#define SHARE_OF_CPUS 10          /* a tenth */
#define FREE_CPU_NS 10000000u     /* a small dump is not held up at all */
#define LONGEST_REST_NS 50000000u /* memory is looked at in between */

static struct {
    struct cgroup group;
    dump_limits_give_up *give_up;
    uint64_t begun_ns;
    uint64_t last_room;
} limits;

static uint64_t margin(uint64_t max_bytes)
{
    uint64_t part = max_bytes / MARGIN_OF_LIMIT;
    return part > LEAST_MARGIN ? part : LEAST_MARGIN;
}

static bool has_room(uint64_t needed, char *ret_reason, size_t capacity)
{
    uint64_t max = 0, room = cgroup_memory_room(&limits.group, &max);
    uint64_t gone = limits.last_room > room ? limits.last_room - room : 0;
    limits.last_room = room;
    if (room == CGROUP_NO_LIMIT || room >= needed + margin(max) + 2 * gone)
        return true;
    text_format(ret_reason, capacity, "memory: %lu MiB left of the control group's %lu MiB",
                (unsigned long)(room / MIB), (unsigned long)(max / MIB));
    return false;
}

/* Also where the program has changed its root since. */
static int open_groups(void)
{
    int outer = proc_open_outer_root();
    int groups = raw_openat(outer >= 0 ? outer : AT_FDCWD, CGROUP_ROOT + (outer >= 0 ? 1 : 0),
                            O_PATH | O_DIRECTORY, 0);
    if (outer >= 0)
        raw_close(outer);
    return groups;
}

bool dump_limits_admit(uint64_t resident_bytes, bool only_lost, char *ret_reason, size_t capacity)
{
    char membership[4096];
    int groups = open_groups();
    if (groups >= 0 && proc_read("cgroup", membership, sizeof(membership)) > 0)
        cgroup_find(groups, membership, &limits.group);
    if (groups >= 0)
        raw_close(groups);
    return has_room(status_dump_memory(resident_bytes, only_lost), ret_reason, capacity);
}

uint64_t dump_limits_rest_ns(uint64_t cpu_ns, uint64_t wall_ns, double cpus)
{
    if (cpus == 0 || cpu_ns <= FREE_CPU_NS)
        return 0;
    double due = (double)(cpu_ns - FREE_CPU_NS) * SHARE_OF_CPUS / cpus;
    return due > (double)wall_ns ? (uint64_t)due - wall_ns : 0;
}

static void look_after_memory(void)
{
    char reason[128];
    if (!has_room(0, reason, sizeof(reason)))
        limits.give_up(reason);
}

static void on_tick(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    (void)context;
    int saved_errno = errno;
    uint64_t rest_ns;
    look_after_memory();
    while ((rest_ns = dump_limits_rest_ns(clock_ns(CLOCK_PROCESS_CPUTIME_ID),
                                          clock_monotonic_ns() - limits.begun_ns,
                                          limits.group.cpus)) != 0) {
        long part_ns = rest_ns < LONGEST_REST_NS ? (long)rest_ns : LONGEST_REST_NS;
        syscall(SYS_nanosleep, &(struct timespec){.tv_nsec = part_ns}, NULL);
        look_after_memory();
    }
    errno = saved_errno;
}

static void set_timer(long interval_us)
{
    struct timeval interval = {.tv_usec = interval_us};
    syscall(SYS_setitimer, ITIMER_REAL, &(struct itimerval){interval, interval}, NULL);
}

static bool nothing_is_limited(void)
{
    return limits.group.memory_levels == 0 && limits.group.cpus == 0;
}

static bool may_watch(void)
{
    return !seccomp_kills(SYS_setitimer) && !seccomp_kills(SYS_nanosleep) &&
           !seccomp_kills(SYS_clock_gettime);
}

void dump_limits_watch(dump_limits_give_up *give_up)
{
    if (nothing_is_limited() || !may_watch() || !signals_install(SIGALRM, on_tick))
        return;
    limits.give_up = give_up;
    limits.begun_ns = clock_monotonic_ns();
    signals_change_mask(SIG_UNBLOCK, signal_bit(SIGALRM));
    set_timer(TICK_US);
}

void dump_limits_stop(void)
{
    signals_change_mask(SIG_BLOCK, signal_bit(SIGALRM));
    if (limits.give_up)
        set_timer(0);
}
