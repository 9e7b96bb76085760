/* See memory_split.h. */
#include "preload/memory_split.h"

#include "preload/dump_job.h"
#include "preload/thread_memory.h"

static uint64_t resident_of(struct dump_job *job, const struct ranges *ranges)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < ranges->count; i++)
        bytes += pagemap_resident(&job->pagemap, ranges->items[i].start, ranges->items[i].end);
    return bytes;
}

static uint64_t resident_stacks(struct dump_job *job)
{
    const struct snapshot *snapshot = job->snapshot;
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < snapshot->thread_count; i++) {
        struct thread_memory memory = thread_memory_find(&job->maps, &snapshot->threads[i]);
        bytes += pagemap_resident(&job->pagemap, memory.stack.start, memory.stack.end);
    }
    return bytes;
}

void memory_split_tracker(struct dump_job *job)
{
    job->split.tracker = resident_of(job, &job->tracker);
}

void memory_split_block(struct dump_job *job, const struct heap_block *block)
{
    if (!block->pool)
        job->split.in_use +=
            pagemap_resident(&job->pagemap, block->address, block->address + block->bytes);
}

void memory_split_rest(struct dump_job *job)
{
    uint64_t allocator = resident_of(job, &job->allocator), in_use = job->split.in_use;
    job->split.allocator_free = allocator > in_use ? allocator - in_use : 0;
    job->split.stacks = resident_stacks(job);
}
