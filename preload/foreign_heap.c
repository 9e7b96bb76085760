/*
 * See foreign_heap.h. Such allocators take whole mappings from the kernel and know what is in them
 * by structures of their own, so a mapping with a block in it is taken to be the allocator's as a
 * whole, but for what is known to be somebody else's: stacks, thread-local storage, modules.
 */
#include "preload/foreign_heap.h"

#include "preload/allocator.h"
#include "preload/thread_memory.h"
#include "preload/tracker.h"

/* Memory in anonymous mappings that is not the allocator's. */
static bool find_others(struct dump_job *job, struct ranges *ret_others)
{
    for (uint32_t i = 0; i < job->snapshot->thread_count; i++) {
        struct thread_memory memory = thread_memory_find(&job->maps, &job->snapshot->threads[i]);
        if (!ranges_add(ret_others, memory.stack.start, memory.stack.end) ||
            !ranges_add(ret_others, memory.tls.start, memory.tls.end))
            return false;
    }
    for (uint32_t i = 0; i < job->module_count; i++)
        if (job->modules[i]->unloaded_tick == 0 &&
            !ranges_add(ret_others, job->modules[i]->start, job->modules[i]->end))
            return false;
    if (!ranges_add_all(ret_others, &job->tracker))
        return false;
    ranges_settle(ret_others);
    return true;
}

static bool add_mapping(struct dump_job *job, const struct ranges *others,
                        const struct mapping *mapping)
{
    struct range part = {mapping->start, mapping->start};
    while (ranges_gap(others, part.end, mapping->end, &part))
        if (!ranges_add(&job->allocator, part.start, part.end))
            return false;
    return true;
}

static bool add_mappings_with_blocks(struct dump_job *job, const struct ranges *others)
{
    struct block block;
    uintptr_t done = 0;
    for (uintptr_t cursor = 0; block_table_next(&tracker.blocks, &cursor, &block);) {
        const struct mapping *mapping =
            block.address < done ? NULL : maps_find(&job->maps, block.address);
        if (!mapping || mapping->inode != 0)
            continue;
        if (!add_mapping(job, others, mapping))
            return false;
        done = mapping->end;
    }
    return true;
}

bool foreign_heap_find(struct dump_job *job)
{
    const struct allocator *allocator = allocator_below();
    struct ranges others = {0};
    bool found = ranges_add(&job->allocator, allocator->module_start, allocator->module_end) &&
                 find_others(job, &others) && add_mappings_with_blocks(job, &others);
    ranges_finish(&others);
    return found;
}
