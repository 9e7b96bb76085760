/* See dump_process.h. */
#include "preload/dump_process.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "preload/allocator.h"
#include "preload/counters.h"
#include "preload/environment.h"
#include "preload/runtime_facts.h"
#include "preload/tracker.h"

void dump_threads_write(struct dump_job *job)
{
    dump_writer_begin(&job->writer, DUMP_THREADS);
    for (uint32_t i = 0; i < job->snapshot->thread_count; i++) {
        const struct snapshot_thread *thread = &job->snapshot->threads[i];
        struct dump_thread record = {
            .tid = (uint32_t)thread->tid,
            .state = thread->state,
            .sp = thread->sp,
            .stack_start = thread->stack_start,
            .stack_end = thread->stack_end,
            .name = dump_strings_add(&job->strings, thread->name, sizeof(thread->name)),
        };
        dump_writer_bytes(&job->writer, &record, sizeof(record));
    }
    dump_writer_end(&job->writer, job->snapshot->thread_count);
}

void dump_maps_write(struct dump_job *job)
{
    dump_writer_begin(&job->writer, DUMP_MAPS);
    dump_writer_bytes(&job->writer, job->maps.text, job->maps.text_bytes);
    dump_writer_end(&job->writer, job->maps.text_bytes);
}

/* Strings that no other section names, interned by the time STRINGS is written. */
static void name_process(struct dump_job *job, struct dump_process *process)
{
    char options[sizeof(struct options)];
    struct utsname names;
    const char *allocator = allocator_below()->name;
    size_t length = options_format(&tracker.options, options, sizeof(options));
    process->program = dump_strings_text(&job->strings, tracker.program);
    process->started_as = dump_strings_text(&job->strings, tracker.started_as);
    process->host = uname(&names) == 0 ? dump_strings_text(&job->strings, names.nodename) : 0;
    process->options = dump_strings_add(&job->strings, options, length);
    process->allocator = dump_strings_text(&job->strings, allocator);
}

/* In the program from the start, or in what it has loaded since and begun to use. */
static bool has_python(const struct dump_job *job)
{
    struct python_type type;
    return runtime_facts.has_python ||
           (job->python.type_type &&
            python_type_read(&job->python, &job->maps, job->python.type_type, &type));
}

/* CPython hides its objects in pools of its own, unless it was told to use malloc. */
static bool hides_objects(const struct dump_job *job)
{
    const char *allocator = environ ? environment_get(environ, "PYTHONMALLOC") : NULL;
    return has_python(job) && (!allocator || (strcmp(allocator, "malloc") != 0 &&
                                              strcmp(allocator, "malloc_debug") != 0));
}

/* GLib did so too, up to 2.74. */
static bool hides_slices(const struct dump_job *job)
{
    const char *slices = environ ? environment_get(environ, "G_SLICE") : NULL;
    return job->gobject.hides_blocks && (!slices || !strstr(slices, "always-malloc"));
}

static uint32_t flags_of(const struct dump_job *job)
{
    return job->flags | (job->summed ? DUMP_PROCESS_ONLY_LOST : 0) |
           (job->scan.partial ? DUMP_PROCESS_PARTIAL : 0) |
           (tracker.blocks.low ? DUMP_PROCESS_NO_BIRTHS : 0) |
           (hides_objects(job) ? DUMP_PROCESS_PYMALLOC : 0) |
           (hides_slices(job) ? DUMP_PROCESS_GSLICE : 0) |
           (counters_sum().calls == 0 ? DUMP_PROCESS_NO_CALLS : 0);
}

void dump_process_write(struct dump_job *job)
{
    const struct snapshot *snapshot = job->snapshot;
    struct dump_process process = {
        .pid = (uint32_t)snapshot->pid,
        .parent_pid = (uint32_t)snapshot->parent_pid,
        .sequence = snapshot->sequence,
        .time_ns = snapshot->time_ns,
        .start_ns = tracker.start_real_ns,
        .uptime_ns = snapshot->uptime_ns,
        .pause_ns = snapshot->pause_ns,
        .tick_ns = TICK_NS,
        .tick = snapshot->tick,
        .fork_tick = tracker.fork_tick,
        .rss_bytes = snapshot->rss_bytes,
        .in_use_bytes = job->split.in_use,
        .allocator_free_bytes = job->split.allocator_free,
        .tracker_bytes = job->split.tracker,
        .stacks_bytes = job->split.stacks,
        .dropped_blocks = tracker.dropped_blocks + job->heap.dropped,
        .sample_bytes = tracker.options.interval_bytes,
        .stacks_mode = tracker.options.stacks,
        .depth = tracker.options.depth,
    };
    name_process(job, &process);
    dump_strings_write(&job->strings, &job->writer);
    process.flags = flags_of(job);
    dump_writer_begin(&job->writer, DUMP_PROCESS);
    dump_writer_bytes(&job->writer, &process, sizeof(process));
    dump_writer_end(&job->writer, 1);
}
