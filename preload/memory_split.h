/* What a process's resident memory is made of. */
#ifndef CAULK_PRELOAD_MEMORY_SPLIT_H
#define CAULK_PRELOAD_MEMORY_SPLIT_H

#include <stdint.h>

struct dump_job;
struct heap_block;

struct memory_split {
    uint64_t in_use;         /* live blocks, as far as they are in memory */
    uint64_t allocator_free; /* the rest of the allocator's memory */
    uint64_t tracker;
    uint64_t stacks;
};

/* Into job->split. The tracker's part first of all, the others before memory is scanned: looking
 * around makes pages resident, if only as shared pages of zeros. */
void memory_split_tracker(struct dump_job *job);
void memory_split_block(struct dump_job *job, const struct heap_block *block); /* each */
void memory_split_rest(struct dump_job *job);

#endif
