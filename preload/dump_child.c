/*
 * A raw clone of the program with a copy of its memory and, at first, its very descriptor table. It
 * runs nobody's handlers (all signals are blocked, and stay so), makes itself unimportant, lets go
 * of the program's descriptors, so that what the program closes is really closed, and never returns
 * into the program's code.
 */
#include "preload/dump_child.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "libcaulk/status_format.h"
#include "preload/counters.h"
#include "preload/descriptors.h"
#include "preload/dump_limits.h"
#include "preload/dump_niceness.h"
#include "preload/log.h"
#include "preload/plain_text.h"
#include "preload/proc.h"
#include "preload/raw_io.h"
#include "preload/tracker.h"

#define IO_PRIORITY_IDLE (3 << 13) /* IOPRIO_CLASS_IDLE */
#define IO_PRIORITY_WHO_PROCESS 1

#define RELEASE_POLL_NS 1000000
#define RELEASE_POLLS_MAX 10000

static void write_text(const char *path, const char *text)
{
    int fd = raw_open(path, O_WRONLY);
    if (fd < 0)
        return;
    raw_write(fd, text, strlen(text)); /* or stay as important as the program */
    raw_close(fd);
}

/* Was it found in one of libc's system calls, where it has nothing in the vector registers? */
static bool waits(const struct snapshot_thread *thread)
{
    return thread->red_zone && !thread->vector_registers;
}

static uint32_t running_threads(const struct snapshot *snapshot)
{
    uint32_t running = 0;
    for (uint32_t i = 0; i < snapshot->thread_count; i++)
        running += !waits(&snapshot->threads[i]);
    return running;
}

static int niceness(const struct snapshot *snapshot)
{
    unsigned long processors[16] = {0};
    int count = 0;
    syscall(SYS_sched_getaffinity, 0, sizeof(processors), processors);
    for (size_t i = 0; i < sizeof(processors) / sizeof(processors[0]); i++)
        count += __builtin_popcountl(processors[i]);
    return dump_niceness(running_threads(snapshot), count > 0 ? (uint32_t)count : 1);
}

static void become_unimportant(const struct snapshot *snapshot)
{
    struct sched_param none = {0};
    prctl(PR_SET_NAME, "caulk-dump");
    prctl(PR_SET_DUMPABLE, 1);
    int policy = (int)syscall(SYS_sched_getscheduler, 0);
    if (policy == SCHED_FIFO || policy == SCHED_RR)
        syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &none);
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + niceness(snapshot));
    syscall(SYS_ioprio_set, IO_PRIORITY_WHO_PROCESS, 0, IO_PRIORITY_IDLE);
    write_text("/proc/self/oom_score_adj", "1000");
}

/* The threads that go on at once come first, as does the one that wakes them. */
static uint64_t await_release(const struct dump_outcome *outcome)
{
    struct timespec poll = {.tv_nsec = RELEASE_POLL_NS};
    for (unsigned i = 0; outcome->pause_ns == 0 && i < RELEASE_POLLS_MAX; i++)
        nanosleep(&poll, NULL);
    return outcome->pause_ns;
}

/* Where the control group's memory runs out in the middle. Nobody else's memory is touched: the
 * process ends here. */
static struct dump_outcome *watched;

_Noreturn static void end_without_dump(struct dump_outcome *outcome, const char *reason)
{
    text_format(outcome->reason, sizeof(outcome->reason), "%s", reason);
    outcome->error = ENOMEM;
    log_line("no dump: %s", reason);
    atomic_store(&outcome->result, STATUS_FAILED);
    for (;;)
        syscall(SYS_exit_group, 0);
}

static void give_up(const char *reason)
{
    if (watched->temporary[0])
        output_file_remove(watched->temporary);
    end_without_dump(watched, reason);
}

static int write_file(struct snapshot *snapshot, struct output_file *file,
                      struct snapshot_result *ret_result, const char **ret_what)
{
    int proc = proc_open_self();
    *ret_what = "scan";
    dump_limits_watch(give_up);
    snapshot->pause_ns = await_release(watched);
    int error = snapshot_write(snapshot, file->fd, proc, ret_result, ret_what);
    dump_limits_stop();
    if (error) {
        output_file_discard(file);
        return error;
    }
    *ret_what = "rename";
    return output_file_publish(file);
}

static int make_dump(struct snapshot *snapshot, const char *template, struct dump_outcome *outcome,
                     struct snapshot_result *ret_result, const char **ret_what)
{
    static struct output_file file;
    struct dump_path_facts facts = {
        .pid = snapshot->pid,
        .sequence = snapshot->sequence,
        .program = tracker.started_as,
        .time_ns = snapshot->time_ns,
    };
    *ret_what = "open";
    int error = output_file_open(&file, template, facts, outcome->temporary);
    snapshot->sequence = file.facts.sequence;
    if (!error) {
        error = write_file(snapshot, &file, ret_result, ret_what);
        outcome->temporary[0] = '\0';
    }
    memcpy(outcome->path, file.path, sizeof(file.path));
    outcome->sequence = file.facts.sequence;
    return error;
}

static void report_failure(struct dump_outcome *outcome, int error, const char *what)
{
    text_format(outcome->reason, sizeof(outcome->reason), "%s: %s", what, strerrordesc_np(error));
    outcome->error = error;
    log_line("no dump: %s: %s", outcome->path, outcome->reason);
}

_Noreturn void dump_child_run(const struct snapshot *snapshot, const char *template,
                              struct dump_outcome *outcome)
{
    struct snapshot own = *snapshot;
    struct snapshot_result result = {0};
    const char *what = "unshare";
    char reason[128];
    /* Else a thread that is to be cancelled would run the program's cleanup here. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    log_speak_for(snapshot->pid);
    int error = EPERM;
    if (descriptors_keep_only(log_descriptor(), proc_kept_descriptor())) {
        become_unimportant(&own);
        watched = outcome;
        if (!dump_limits_admit(own.rss_bytes, own.only_lost, reason, sizeof(reason)))
            end_without_dump(outcome, reason);
        error = make_dump(&own, template, outcome, &result, &what);
    }
    if (counters_sum().calls == 0)
        log_line("no allocation was seen yet: does the program bring an allocator of its own?");
    if (error)
        report_failure(outcome, error, what);
    else
        log_line("wrote %s: %lu blocks, %lu bytes, paused %t", outcome->path,
                 (unsigned long)result.blocks, (unsigned long)result.bytes, own.pause_ns);
    block_regions_find_empty(&tracker.blocks, &outcome->empty_regions);
    atomic_store(&outcome->result, error ? STATUS_FAILED : STATUS_WRITTEN);
    for (;;)
        syscall(SYS_exit_group, 0);
}
