#include "preload/snapshot_capture.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libcaulk/dump_format.h"
#include "preload/block_regions.h"
#include "preload/child_namespace.h"
#include "preload/clock.h"
#include "preload/dump_signal.h"
#include "preload/fork_events.h"
#include "preload/kernel_words.h"
#include "preload/proc.h"
#include "preload/seccomp.h"
#include "preload/signals.h"
#include "preload/snapshot.h"
#include "preload/tracker.h"
#include "preload/unforked.h"

static uint64_t resident_bytes(void)
{
    char text[128];
    uint64_t pages = 0;
    if (proc_read("statm", text, sizeof(text)) <= 0)
        return 0;
    const char *second = strchr(text, ' ');
    for (second = second ? second + 1 : ""; *second >= '0' && *second <= '9'; second++)
        pages = pages * 10 + (uint64_t)(*second - '0');
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* No block that is allocated from now on carries this tick. */
static uint32_t close_tick(void)
{
    uint32_t tick = tracker_tick();
    tracker.tick_floor = tick + 1;
    return tick;
}

static void describe_process(struct snapshot *snapshot, struct dump_outcome *outcome)
{
    *snapshot = (struct snapshot){
        .sequence = tracker.process->sequence + 1,
        .flags = park_found_all() ? 0 : DUMP_PROCESS_PARTIAL,
        .pid = getpid(),
        .parent_pid = getppid(),
        .time_ns = clock_ns(CLOCK_REALTIME),
        .uptime_ns = clock_monotonic_ns() - tracker.start_monotonic_ns,
        .tick = close_tick(),
        .dumped_until = tracker.process->dumped_until,
        .rss_bytes = resident_bytes(),
    };
    outcome->tick = snapshot->tick;
    snapshot->kernel_words = kernel_words_read(&snapshot->kernel_word_count);
}

/* The control signal, which is queued; where nothing may be queued (RLIMIT_SIGPENDING), the dump
 * signal, as far as it is ours and one that needs no queue. */
static int end_signal(void)
{
    struct rlimit limit = {.rlim_cur = 1};
    int number = dump_signal_is_ours() ? dump_signal_number() : 0;
    if (number == 0 || number >= CONTROL_SIGNAL || seccomp_kills(SYS_prlimit64) ||
        syscall(SYS_prlimit64, 0, RLIMIT_SIGPENDING, NULL, &limit) != 0 || limit.rlim_cur != 0)
        return CONTROL_SIGNAL;
    return number;
}

/* A copy of this process that shares its descriptors and whose end is told by a signal of ours: the
 * program sees no SIGCHLD, and no wait of its own finds the child. */
static pid_t clone_child(void)
{
    return (pid_t)syscall(SYS_clone, CLONE_FILES | end_signal(), 0, 0, 0, 0);
}

static bool all_are_parked(const struct snapshot_thread *threads, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (threads[i].state == DUMP_THREAD_UNPARKED)
            return false;
    return true;
}

/* Why no child may be made, or NULL. */
static const char *forbids_child(int *ret_error)
{
    if (fork_events_asked()) {
        *ret_error = EDEADLK;
        return "userfaultfd tells the program of forks";
    }
    if (child_namespace_is_empty()) {
        *ret_error = EPERM;
        return "the dump's process would be the first of a PID namespace";
    }
    return NULL;
}

void snapshot_capture(void *argument)
{
    struct snapshot_capture *capture = argument;
    struct dump_outcome *outcome = capture->outcome;
    struct snapshot snapshot;
    struct snapshot_thread *threads;
    uint32_t thread_count;
    if ((capture->what = forbids_child(&capture->error)))
        return;
    capture->what = "park";
    capture->error = ENOMEM;
    if (!park_others(capture->place, &threads, &thread_count))
        return;
    describe_process(&snapshot, outcome);
    snapshot.only_lost = capture->only_lost;
    snapshot.threads = threads;
    snapshot.thread_count = thread_count;
    unforked_lend();
    block_regions_wake_all(&tracker.blocks);
    capture->child = clone_child();
    if (capture->child == 0)
        dump_child_run(&snapshot, capture->template, outcome);
    capture->error = capture->child < 0 ? errno : 0;
    capture->what = "clone";
    unforked_take_back();
    if (capture->child > 0 && all_are_parked(threads, thread_count))
        block_regions_rest(&tracker.blocks);
    park_release();
    outcome->pause_ns = clock_monotonic_ns() - capture->begin_ns;
}
