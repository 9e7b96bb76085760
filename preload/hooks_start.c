/*
 * The tracker's start and end. The constructor is the first of all (-z initfirst), before libc's
 * own: so it takes the environment from its arguments. What is added to the environment is added
 * when libc is about to call main, because libc sets its environment in between.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "preload/brought.h"
#include "preload/clock.h"
#include "preload/counters.h"
#include "preload/dump_signal.h"
#include "preload/environment.h"
#include "preload/export.h"
#include "preload/log.h"
#include "preload/next.h"
#include "preload/output_file.h"
#include "preload/python_frames.h"
#include "preload/seccomp.h"
#include "preload/signals.h"
#include "preload/snapshot_request.h"
#include "preload/status.h"
#include "preload/thread_state.h"
#include "preload/tracker.h"

#define LIBRARY_FILE "libcaulk.so"
#define UNBLOCK_VARIABLE "CAULK_UNBLOCK" /* `caulk run` starts us with the dump signal blocked */
#define PYTHON_VARIABLE "PYTHONMALLOC"

typedef int main_function(int, char **, char **);
typedef int start_function(main_function *, int, char **, void (*)(void), void (*)(void),
                           void (*)(void), void *);

/* Of a process that made a dump before: it is there under the only name. */
static bool is_dumped(const struct tracker_process *process)
{
    struct dump_path_facts facts = {
        .pid = process->pid,
        .program = tracker.started_as,
        .time_ns = clock_ns(CLOCK_REALTIME),
    };
    return process->sequence > 0 && !seccomp_forbidden() &&
           output_file_is_taken(tracker.options.dump, &facts);
}

static void dump_at_exit(int status, void *unused)
{
    (void)status;
    (void)unused;
    const struct tracker_process *process = tracker_on() ? tracker_process() : NULL;
    if (!process)
        return;
    snapshot_await();
    if (!is_dumped(process))
        snapshot_now(NULL);
}

static void refuse_at_exit(int status, void *unused)
{
    (void)status;
    (void)unused;
    if (tracker_on() && tracker_process())
        snapshot_refuse_wanted();
}

static void start_asking(bool launched_blocked)
{
    status_add_counters(&counters_shared, 1);
    if (!snapshot_start())
        tracker_fail("no memory for snapshots");
    else if (!dump_signal_start(tracker.options.signal, launched_blocked))
        tracker_fail("the signals that ask for dumps cannot be caught");
    on_exit(refuse_at_exit, NULL);
    if (tracker.options.at_exit)
        on_exit(dump_at_exit, NULL);
}

__attribute__((constructor)) static void start(int count, char **arguments, char **environment)
{
    (void)count;
    (void)arguments;
    bool launched_blocked = environment_get(environment, UNBLOCK_VARIABLE) != NULL;
    environment_remove(environment, UNBLOCK_VARIABLE);
    tracker_start(environment);
    thread_state_init();
    if (tracker_on())
        start_asking(launched_blocked);
    brought_relink();
    if (launched_blocked && tracker.options.signal != 0)
        signals_change_mask(SIG_UNBLOCK, signal_bit(tracker.options.signal));
    if (!tracker.options.children)
        environment_remove_preload(environment, LIBRARY_FILE);
}

/* In the executable or in libpython, which is loaded by now. */
static bool is_cpython(void)
{
    return dlsym(RTLD_DEFAULT, "Py_BytesMain") || dlsym(RTLD_DEFAULT, "Py_Main");
}

static void use_malloc_in_python(void)
{
    if (!tracker_on() || !tracker.options.python_auto || getenv(PYTHON_VARIABLE) || !is_cpython())
        return;
    if (setenv(PYTHON_VARIABLE, "malloc", 0) == 0)
        log_line("this is CPython: %s=malloc, so that its objects are seen (python=no leaves it)",
                 PYTHON_VARIABLE);
}

EXPORT int __libc_start_main(main_function *program, int count, char **arguments,
                             void (*init)(void), void (*fini)(void), void (*loader_fini)(void),
                             void *stack_end);

EXPORT int __libc_start_main(main_function *program, int count, char **arguments,
                             void (*init)(void), void (*fini)(void), void (*loader_fini)(void),
                             void *stack_end)
{
    static start_function *next;
    use_malloc_in_python();
    if (tracker_on())
        python_frames_look(RTLD_DEFAULT);
    return NEXT(next, "__libc_start_main")(program, count, arguments, init, fini, loader_fini,
                                           stack_end);
}
