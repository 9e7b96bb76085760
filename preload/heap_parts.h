/* A block without what lies in it: inner blocks, and what a custom allocator freed. */
#ifndef CAULK_HEAP_PARTS_H
#define CAULK_HEAP_PARTS_H

#include "preload/heap_blocks.h"

/* The parts of a block that are its own: outside inner blocks and freed memory, ascending. */
struct heap_parts {
    uintptr_t at, end;
    size_t inner;
};
struct heap_parts heap_parts_of(const struct heap_block *block);
bool heap_parts_next(const struct heap_blocks *heap, struct heap_parts *parts,
                     struct range *ret_part);

#endif
