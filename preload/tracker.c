/* See preload/tracker.h. */
#include "preload/tracker.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libcaulk/dump_format.h"
#include "preload/allocator.h"
#include "preload/capture.h"
#include "preload/clock.h"
#include "preload/counters.h"
#include "preload/environment.h"
#include "preload/log.h"
#include "preload/pages.h"
#include "preload/plain_text.h"
#include "preload/status.h"
#include "preload/thread_registry.h"

#define OPTIONS_VARIABLE "CAULK_OPTIONS"
#define GLIBC_GRANULE_BITS 5 /* its smallest block takes 32 bytes */
#define OTHER_GRANULE_BITS 4

struct tracker tracker;

static atomic_flag starting = ATOMIC_FLAG_INIT;

static void warn(const char *what, const char *value)
{
    log_line("CAULK_OPTIONS: %s: \"%s\" is ignored", what, value);
}

/* The log must stand before anything can be said on it, so the options are read twice. */
static void read_options(const char *text)
{
    struct options *options = &tracker.options;
    options_defaults(options);
    options_apply(options, text, NULL);
    log_init(options);
    options_apply(options, text, warn);
}

/* A link to the program, or a script that it interprets; NULL where only a descriptor was executed.
 */
static const char *executed_path(void)
{
    static const char *const descriptors[] = {"/dev/fd/", "/proc/self/fd/"};
    const char *path = (const char *)getauxval(AT_EXECFN);
    for (unsigned i = 0; path && i < sizeof(descriptors) / sizeof(*descriptors); i++)
        if (!strncmp(path, descriptors[i], strlen(descriptors[i])))
            path = NULL;
    return path;
}

static void note_program(void)
{
    long length =
        syscall(SYS_readlink, "/proc/self/exe", tracker.program, sizeof(tracker.program) - 1);
    const char *started = executed_path();
    if (length <= 0 && started)
        text_format(tracker.program, sizeof(tracker.program), "%s", started);
    text_format(tracker.started_as, sizeof(tracker.started_as), "%s",
                started ? started : tracker.program);
}

static bool make_process(void)
{
    tracker.process = pages_map(sizeof(*tracker.process));
    if (!tracker.process)
        return false;
    syscall(SYS_madvise, tracker.process, sysconf(_SC_PAGESIZE), MADV_WIPEONFORK);
    tracker.process->pid = (pid_t)syscall(SYS_getpid);
    return true;
}

static bool make_tables(void)
{
    unsigned granule = allocator_below()->is_glibc ? GLIBC_GRANULE_BITS : OTHER_GRANULE_BITS;
    return make_process() &&
           block_table_init(&tracker.blocks, granule, tracker.options.memory_low) &&
           stack_table_init(&tracker.stacks);
}

void tracker_start(char *const *environment)
{
    if (!environment)
        environment = environ;
    if (!environment || atomic_flag_test_and_set(&starting))
        return;
    if (getauxval(AT_SECURE)) {
        tracker.state = TRACKER_OFF;
        return;
    }
    int saved_errno = errno;
    read_options(environment_get(environment, OPTIONS_VARIABLE));
    note_program();
    tracker.start_monotonic_ns = clock_monotonic_ns();
    tracker.start_real_ns = clock_ns(CLOCK_REALTIME);
    tracker.watched_bytes = SIZE_MAX;
    tracker.plain_sites = tracker.options.stacks == DUMP_STACKS_FULL;
    status_start(tracker.start_real_ns, tracker.options.dump, tracker.options.only_lost);
    if (make_tables()) {
        status_stack_frames(&tracker.stacks.last);
        capture_init(&tracker.stacks);
        tracker.state = TRACKER_ON;
    } else {
        tracker_fail("no memory for the tracker's tables");
    }
    errno = saved_errno;
}

bool tracker_try_start(void)
{
    if (tracker.state == TRACKER_UNSET)
        tracker_start(NULL);
    return tracker_on();
}

void tracker_watch_frees(size_t bytes)
{
    size_t until_now = tracker.watched_bytes;
    while (bytes < until_now &&
           !atomic_compare_exchange_weak(&tracker.watched_bytes, &until_now, bytes))
        ;
}

void tracker_fail(const char *what)
{
    if (atomic_exchange(&tracker.state, TRACKER_OFF) == TRACKER_OFF)
        return;
    status_tracking_off(what);
    log_line("tracking is off: %s", what);
}

uint32_t tracker_tick(void)
{
    uint64_t now = clock_ns(CLOCK_MONOTONIC_COARSE);
    uint64_t since = now > tracker.start_monotonic_ns ? now - tracker.start_monotonic_ns : 0;
    uint32_t tick = (uint32_t)(since / TICK_NS) + 1;
    uint32_t floor = atomic_load_explicit(&tracker.tick_floor, memory_order_relaxed);
    return tick > floor ? tick : floor;
}

/* The other threads are not here, and what happened up to now is the parent's. */
static void become_child(pid_t pid)
{
    tracker.fork_tick = tracker_tick();
    tracker.tick_floor = tracker.fork_tick + 1;
    counters_keep_only(thread_self.counters);
    thread_registry_keep_only(thread_self.entry);
    tracker.process->pid = pid;
    status_start(tracker.start_real_ns, tracker.options.dump, tracker.options.only_lost);
}

struct tracker_process *tracker_process(void)
{
    pid_t pid = (pid_t)syscall(SYS_getpid);
    if (!tracker.process)
        return NULL;
    if (tracker.process->pid == 0)
        become_child(pid);
    return tracker.process->pid == pid ? tracker.process : NULL;
}

bool tracker_is_borrowed(void)
{
    pid_t owner = tracker.process ? tracker.process->pid : 0;
    return owner && owner != (pid_t)syscall(SYS_getpid);
}
