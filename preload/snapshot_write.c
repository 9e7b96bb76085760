/*
 * A snapshot → a dump. The steps, in the order in which they need each other:
 *
 *   learn      maps, modules, the tracker's memory, the allocator's memory
 *   number     live blocks by address, the stack nodes they need
 *   claim      memory that is a root of its own kind, or none, before other mappings are scanned
 *   sum        where only what is lost is wanted: find what is reachable, and whose it is
 *   write      each section as it is found: edges from blocks, references from roots
 *   finish     strings and process, then the header
 */
#include "preload/snapshot.h"

#include <errno.h>

#include "libcaulk/dump_format.h"
#include "preload/allocator_memory.h"
#include "preload/block_regions.h"
#include "preload/dump_blocks.h"
#include "preload/dump_edges.h"
#include "preload/dump_job.h"
#include "preload/dump_modules.h"
#include "preload/dump_process.h"
#include "preload/dump_python.h"
#include "preload/dump_sums.h"
#include "preload/dump_symbols.h"
#include "preload/dump_types.h"
#include "preload/fault_guard.h"
#include "preload/pages.h"
#include "preload/python_arenas.h"
#include "preload/python_free_lists.h"
#include "preload/python_static_lists.h"
#include "preload/python_stacks.h"
#include "preload/root_kinds.h"
#include "preload/tracker.h"
#include "preload/untouched.h"

static int find_tracker_memory(struct dump_job *job)
{
    size_t count = pages_ranges(NULL, 0) + 1;
    struct page_range *ranges = pages_map(count * sizeof(*ranges));
    if (!ranges)
        return ENOMEM;
    size_t found = pages_ranges(ranges, count);
    for (size_t i = 0; i < found && i < count; i++)
        if (!ranges_add(&job->tracker, ranges[i].start, ranges[i].end))
            return ENOMEM;
    for (uint32_t i = 0; i < job->module_count; i++)
        if (job->modules[i]->flags & DUMP_MODULE_TRACKER &&
            !ranges_add(&job->tracker, job->modules[i]->start, job->modules[i]->end))
            return ENOMEM;
    ranges_settle(&job->tracker);
    memory_split_tracker(job);
    return 0;
}

static int learn(struct dump_job *job, int proc_fd, const char **ret_what)
{
    *ret_what = "processor";
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("popcnt"))
        return ENOTSUP;
    *ret_what = "signals";
    int error = fault_guard_init();
    if (error)
        return error;
    if (maps_read(proc_fd, &job->maps) != 0)
        job->flags |= DUMP_PROCESS_NO_PROC;
    pagemap_init(&job->pagemap, proc_fd);
    block_regions_note_untouched(&tracker.blocks, &job->pagemap);
    *ret_what = "memory for modules";
    if (!dump_modules_number(job))
        return ENOMEM;
    python_find(&job->python, &job->maps, job->modules, job->module_count);
    *ret_what = "memory for classes";
    if (!gobject_find(&job->gobject, &job->maps, job->modules, job->module_count))
        return ENOMEM;
    talloc_find(&job->talloc, &job->maps, job->modules, job->module_count);
    fontconfig_find(&job->fontconfig, &job->maps, job->modules, job->module_count);
    *ret_what = "memory for ranges";
    if (!untouched_find(proc_fd, &job->maps, &job->claimed))
        return ENOMEM;
    error = find_tracker_memory(job);
    return error ? error : allocator_memory_find(job);
}

/* Numbers blocks and the stack nodes they need. A block outside the allocator's memory (a custom
 * one, say) is claimed by itself. */
static int number(struct dump_job *job)
{
    if (!heap_blocks_init(&job->heap, &tracker.blocks, &job->allocator) ||
        !dump_stacks_init(&job->stacks, &tracker.stacks))
        return ENOMEM;
    struct heap_cursor cursor = {0};
    struct heap_block block;
    struct range around = {0};
    while (heap_blocks_next(&job->heap, &cursor, &block)) {
        dump_stacks_need(&job->stacks, block.stack);
        memory_split_block(job, &block);
        if (!python_arena_unused(&job->python, &block, &job->stale))
            return ENOMEM;
        uintptr_t end = block.address + block.bytes;
        if (block.address >= around.start && end <= around.end)
            continue;
        if (!ranges_overlap(&job->allocator, block.address, UINTPTR_MAX, &around) ||
            around.start > block.address)
            around = (struct range){0};
        if (end > around.end && !ranges_add(&job->claimed, block.address, end))
            return ENOMEM;
    }
    dump_stacks_number_all(&job->stacks);
    return 0;
}

static int claim(struct dump_job *job)
{
    if (!ranges_add_all(&job->claimed, &job->tracker) ||
        !ranges_add_all(&job->claimed, &job->allocator) ||
        !ranges_add_all(&job->claimed, &job->heap.freed) || !root_modules_claim(job) ||
        !root_threads_claim(job) ||
        !python_stacks_unused(&job->python, &job->maps, &job->heap, &job->claimed) ||
        !python_free_lists_stale(&job->python, &job->maps, &job->heap, &job->stale) ||
        !python_static_lists_stale(&job->python, &job->maps, &job->heap, &job->stale))
        return ENOMEM;
    ranges_settle(&job->claimed);
    ranges_settle(&job->stale);
    memory_split_rest(job);
    return 0;
}

/* Of what is only summed. */
struct summing {
    struct reachable reachable;
    struct owner_marks owners;
};

/* summing: NULL where blocks are not summed. */
static int write_roots(struct dump_job *job, struct summing *summing)
{
    struct roots roots;
    roots_init(&roots, job);
    if (summing && !dump_sums_ask(&roots, &summing->owners.table))
        return ENOMEM;
    root_kinds_scan(&roots);
    if (summing)
        root_summed_scan(&roots, &summing->reachable);
    int error = roots_write(&roots);
    if (!error && summing && !dump_sums_write(job, &summing->reachable, &summing->owners, &roots))
        return ENOMEM;
    return error;
}

/* What Python's objects own can't be told while blocks are marked: its collector links them all. */
static bool sums_blocks(const struct dump_job *job)
{
    return job->snapshot->only_lost && job->python.type_type == 0;
}

static bool find_summed(struct dump_job *job, struct summing **ret_summing)
{
    struct summing *summing = pages_map(sizeof(*summing));
    *ret_summing = summing;
    return summing && reachable_find(&summing->reachable, job, MARKS_STACK_ENTRIES) &&
           owner_marks_find(&summing->owners, &summing->reachable, OWNER_STACK_ENTRIES,
                            owner_marks_room(job));
}

static int write_heap(struct dump_job *job)
{
    struct summing *summing = NULL;
    job->scan = (struct scan){
        .heap = &job->heap,
        .maps = &job->maps,
        .pagemap = &job->pagemap,
        .stale = &job->stale,
        .gobject = &job->gobject,
        .talloc = &job->talloc,
    };
    if (sums_blocks(job) && !find_summed(job, &summing))
        return ENOMEM;
    dump_stacks_write(&job->stacks, &job->writer);
    if (!dump_blocks_write(job))
        return ENOMEM;
    dump_annotations_write(job);
    if (!dump_types_write(job))
        return ENOMEM;
    int error = dump_edges_write(job);
    return error ? error : write_roots(job, summing);
}

static int write_all(struct dump_job *job, int fd, const char **ret_what)
{
    *ret_what = "memory for writing";
    if (!dump_strings_init(&job->strings) || !dump_writer_init(&job->writer, fd))
        return ENOMEM;
    dump_modules_write(job);
    dump_maps_write(job);
    dump_threads_write(job);
    dump_python_write(job);
    *ret_what = "scan";
    int error = write_heap(job);
    if (error)
        return error;
    *ret_what = "memory for names";
    if (!dump_symbols_write(job))
        return ENOMEM;
    *ret_what = "write";
    dump_process_write(job);
    return dump_writer_finish(&job->writer);
}

int snapshot_write(const struct snapshot *snapshot, int fd, int proc_fd,
                   struct snapshot_result *ret_result, const char **ret_what)
{
    *ret_what = "memory";
    struct dump_job *job = pages_map(sizeof(*job));
    if (!job)
        return ENOMEM;
    job->snapshot = snapshot;
    job->flags = snapshot->flags;
    int error = learn(job, proc_fd, ret_what);
    if (error)
        return error;
    *ret_what = "memory for blocks";
    error = number(job);
    if (!error)
        error = claim(job);
    if (!error)
        error = write_all(job, fd, ret_what);
    if (error)
        return error;
    ret_result->blocks = job->heap.index.block_count;
    ret_result->bytes = job->heap.bytes;
    return 0;
}
