/*
 * A block was born, a block has gone: from a call of the allocator to the tables. Must be called
 * while busy (preload/thread.h); preserves errno. Nothing happens while tracking is off.
 */
#ifndef CAULK_RECORDER_H
#define CAULK_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "preload/block_table.h"
#include "preload/capture.h"

/* After the allocator gave the block. The start state comes in pieces, so that the caller needs no
 * memory for it and can end in a tail call. */
void recorder_born(const void *block, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t bp);

/* The same as the end of an allocator's function: leaves the busy state entered with outer, and
 * returns block as pending_check() does. The first such call of all may start the tracker. */
void *recorder_give(void *block, size_t bytes, uintptr_t outer, uintptr_t pc, uintptr_t sp,
                    uintptr_t bp);

/* Before the allocator takes the block back. False where it isn't known. */
bool recorder_gone(const void *block);

/* The same in two steps, for realloc: taken before the call, then either buried (what was said
 * about it is dropped unless it is still at the same address) or put back as it was. */
bool recorder_take(const void *block, struct block *ret_block);
void recorder_bury(const struct block *block, const void *successor);
void recorder_put_back(const struct block *block);

/* The site of a block of that size, as the options want it. */
uint32_t recorder_site(const struct capture_start *start, size_t bytes);

#endif
