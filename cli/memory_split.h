/* What a process's resident memory is made of. The parts always add up to rss, in bytes. */
#ifndef CAULK_MEMORY_SPLIT_H
#define CAULK_MEMORY_SPLIT_H

#include <stdint.h>

#include "libcaulk/dump.h"

struct memory_split {
    uint64_t rss;
    uint64_t in_use, allocator_free, tracker, stacks, other;
};

struct memory_split memory_split(const struct process *process);

/* Above this share of rss, free memory that the allocator keeps is the finding. */
#define FRAGMENTED_PERCENT 30
bool memory_is_fragmented(const struct memory_split *memory);

/* Is most of it none of malloc's, and more than libraries take? */
bool memory_is_elsewhere(const struct memory_split *memory);

#endif
