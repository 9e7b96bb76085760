/*
 * The blocks that custom allocators announced (caulk_allocated), among the others of the heap.
 * Private to preload/heap_blocks.c; for the dump's child.
 */
#ifndef CAULK_HEAP_CUSTOMS_H
#define CAULK_HEAP_CUSTOMS_H

#include "preload/heap_blocks.h"

/* Fills `customs` by address, and what was freed since without them in `freed`. False when there is
 * no memory. */
bool heap_customs_collect(struct heap_blocks *heap);

/* Gives custom blocks their numbers and outer blocks, and drops those that can't be: heap_blocks.h
 * says of `allocator` which. One at the very address of a block of the table replaces it. After
 * block_index_init(), which says how fine granules are. */
void heap_customs_place(struct heap_blocks *heap, const struct ranges *allocator);

#endif
