/*
 * Every live block as the dump numbers them, by address: those of the block table, and those that a
 * custom allocator announced (caulk_allocated), which may lie inside others. An inner block is the
 * one that counts; the outer one is a *pool*, and keeps only its memory outside inner blocks.
 *
 * For the dump's child, where nothing changes any more.
 */
#ifndef CAULK_HEAP_BLOCKS_H
#define CAULK_HEAP_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/block_index.h"
#include "preload/block_table.h"
#include "preload/ranges.h"

struct custom_block {
    uintptr_t address;
    size_t bytes;
    uint32_t stack, birth;
    uint32_t number;
    uint32_t outer; /* number of the block that it lies in, or INDEX_NO_BLOCK */
    uintptr_t outer_address;
    size_t outer_bytes;
    size_t outer_custom; /* where the outer block is a custom one: its place, else SIZE_MAX */
};

struct heap_blocks {
    const struct block_table *table;
    struct block_index index;
    struct custom_block *customs; /* by address */
    size_t custom_count, custom_capacity;
    struct ranges freed; /* memory that custom allocators freed */
    uint64_t bytes;      /* of all blocks that are no pools */
    uint64_t dropped;    /* custom blocks where no block can be recorded */
};

struct heap_block {
    uintptr_t address;
    size_t bytes;
    uint32_t stack, birth;
    uint32_t number;
    bool custom, pool;
    size_t inner; /* the first custom block that may lie in it */
};

struct heap_cursor {
    uintptr_t table;
    size_t custom;
    uint32_t number;
    bool waiting; /* `next` holds a block of the table that comes later */
    struct block next;
};

/* allocator: ranges of the allocator's memory; a custom block in it that no live block holds is
 * left over from a pool that was freed. False when there is no memory. */
bool heap_blocks_init(struct heap_blocks *heap, const struct block_table *table,
                      const struct ranges *allocator);

/* All blocks in ascending order: starts with a zeroed cursor. */
bool heap_blocks_next(const struct heap_blocks *heap, struct heap_cursor *cursor,
                      struct heap_block *ret_block);

/* The innermost block that the address lies in, its number and the address's offset in it. */
struct heap_place {
    uint32_t number;
    size_t offset;
    uintptr_t address; /* of the block */
    size_t bytes;      /* of the block; not looked up (0) where the offset is 0 */
};
bool heap_blocks_find(const struct heap_blocks *heap, uintptr_t address,
                      struct heap_place *ret_place);

/* The block of that number, which starts at that address. False where there is none. */
bool heap_blocks_at(const struct heap_blocks *heap, uint32_t number, uintptr_t address,
                    struct heap_block *ret_block);

#endif
