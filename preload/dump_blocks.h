/* The sections BLOCKS, DECLARED and LABELS. */
#ifndef CAULK_DUMP_BLOCKS_H
#define CAULK_DUMP_BLOCKS_H

#include <stdbool.h>

#include "preload/dump_job.h"

/* False when there is no memory. */
bool dump_blocks_write(struct dump_job *job);
void dump_annotations_write(struct dump_job *job);

/* Whether the block is one that the loader allocated for itself: its immediate caller is ld.so. */
bool dump_block_is_loaders(const struct dump_job *job, uint32_t stack);

/* Whether tsearch() allocated it: a node of a tree, in whose pointers the lowest bit is a mark. */
bool dump_block_is_tree_node(const struct dump_job *job, uint32_t stack);

#endif
