/*
 * See foreign_heap.h. Which pages such an allocator has mapped is known by the hooks of mmap. Where
 * it got a block's memory otherwise (by brk, or by the system call itself), the mapping with that
 * block in it is taken to be the allocator's as a whole, but for what is known to be somebody
 * else's: stacks, thread-local storage, modules.
 */
#include "preload/foreign_heap.h"

#include "preload/allocator.h"
#include "preload/allocator_pages.h"
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

static bool add_outside(struct dump_job *job, const struct ranges *others, uintptr_t start,
                        uintptr_t end)
{
    struct range part = {start, start};
    while (ranges_gap(others, part.end, end, &part))
        if (!ranges_add(&job->allocator, part.start, part.end))
            return false;
    return true;
}

static bool add_mapped_pages(struct dump_job *job, const struct ranges *others)
{
    struct range run;
    for (uintptr_t cursor = 0; allocator_pages_next(&cursor, &run);)
        if (!add_outside(job, others, run.start, run.end))
            return false;
    ranges_settle(&job->allocator);
    return true;
}

/* The mappings of blocks in none of `known`. */
static bool add_other_mappings(struct dump_job *job, const struct ranges *known,
                               const struct ranges *others)
{
    struct block block;
    struct range last = {0};
    for (uintptr_t cursor = 0; block_table_next(&tracker.blocks, &cursor, &block);) {
        if (block.address >= last.start && block.address < last.end)
            continue;
        const struct mapping *mapping = maps_find(&job->maps, block.address);
        if (ranges_overlap(known, block.address, block.address + 1, &last)) {
            ranges_overlap(known, block.address, UINTPTR_MAX, &last);
        } else if (mapping && mapping->inode == 0) {
            if (!add_outside(job, others, mapping->start, mapping->end))
                return false;
            last = (struct range){mapping->start, mapping->end};
        }
    }
    return true;
}

bool foreign_heap_find(struct dump_job *job)
{
    const struct allocator *allocator = allocator_below();
    struct ranges known = {0}, others = {0};
    uintptr_t own_end = allocator->is_alone ? allocator->module_end : allocator->module_start;
    bool found = ranges_add(&job->allocator, allocator->module_start, own_end) &&
                 find_others(job, &others) && add_mapped_pages(job, &others) &&
                 ranges_add_all(&known, &job->allocator) &&
                 add_other_mappings(job, &known, &others);
    ranges_finish(&known);
    ranges_finish(&others);
    return found;
}
