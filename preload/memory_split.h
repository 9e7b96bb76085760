/* What a process's resident memory is made of. */
#ifndef CAULK_MEMORY_SPLIT_H
#define CAULK_MEMORY_SPLIT_H

#include <stdint.h>

#include "preload/dump_job.h"

struct memory_split {
    uint64_t in_use;         /* live blocks, as far as they are in memory */
    uint64_t allocator_free; /* the rest of the allocator's memory */
    uint64_t tracker;
    uint64_t stacks;
};

/* The tracker's part, to be measured first of all: the child's own looking around makes pages of
 * the tables resident, if only as shared pages of zeros. */
uint64_t memory_split_tracker(struct dump_job *job);

/* The rest; tracker_bytes as measured before. */
struct memory_split memory_split_measure(struct dump_job *job, uint64_t tracker_bytes);

#endif
