/*
 * The tracker measures the parts one after another, and pages come and go; so a part is taken for
 * no more than what is left of the whole.
 */
#include "cli/memory_split.h"

static uint64_t take(uint64_t *left, uint64_t part)
{
    uint64_t taken = part < *left ? part : *left;
    *left -= taken;
    return taken;
}

struct memory_split memory_split(const struct process *process)
{
    uint64_t left = process->rss_bytes;
    struct memory_split memory = {.rss = left};
    memory.tracker = take(&left, process->tracker_bytes);
    memory.stacks = take(&left, process->stacks_bytes);
    memory.allocator_free = take(&left, process->allocator_free_bytes);
    memory.in_use = take(&left, process->in_use_bytes);
    memory.other = left;
    return memory;
}

bool memory_is_fragmented(const struct memory_split *memory)
{
    return memory->allocator_free > memory->rss / 100 * FRAGMENTED_PERCENT;
}

#define ELSEWHERE_LEAST (16u << 20)

bool memory_is_elsewhere(const struct memory_split *memory)
{
    return memory->other >= ELSEWHERE_LEAST && memory->other > memory->rss / 4 * 3;
}
