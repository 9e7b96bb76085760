/* What single blocks retain, where a command shows a few of them: a chain, a block's neighbours. */
#ifndef CAULK_RETAINED_BLOCKS_H
#define CAULK_RETAINED_BLOCKS_H

#include "cli/opened.h"

struct retained_block;

/* Of zeros it is empty. */
struct retained_blocks {
    struct retained_block *known; /* by block */
};

/* Asks for a block; again is nothing new. GRAPH_NONE is no block. */
void retained_blocks_add(struct retained_blocks *blocks, uint32_t block);

/* Finds what those that were asked for retain: by one search of the heap while they are few. Else
 * the first alone, which the command is about, is searched for, and the others' is the owners'
 * tree's, which is made where it is not there yet. */
void retained_blocks_find(struct retained_blocks *blocks, struct opened *opened);

/* Of a block that was asked for. */
struct amount retained_blocks_of(const struct retained_blocks *blocks, uint32_t block);

void retained_blocks_finish(struct retained_blocks *blocks);

#endif
