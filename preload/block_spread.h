/*
 * Marks spread from block to block: each block that marks hold is looked into, which may add more,
 * until none is left (preload/marks.h).
 */
#ifndef CAULK_BLOCK_SPREAD_H
#define CAULK_BLOCK_SPREAD_H

#include "preload/dump_job.h"
#include "preload/marks.h"

struct block_spread {
    const struct dump_job *job;
    struct marks *marks;
    /* Adds what the block leads to; where marks overflowed, more than once for a block. */
    void (*look_into)(void *context, const struct heap_block *block);
    void *context;
};

void block_spread(const struct block_spread *spread);

#endif
