/*
 * Why a pointer into the middle of a block may be as good as one to its start: the four heuristics
 * of Valgrind's memcheck, as its manual describes them (--leak-check-heuristics), and three that
 * the block's contents tell: its own start stands beside the place (aligned allocators and pools
 * keep it there to free it, members their owner), the bytes from the place on are noted before it
 * (by wrappers of malloc), or it is the place by which Rust's library holds a hash table.
 */
#ifndef CAULK_INTERIOR_H
#define CAULK_INTERIOR_H

#include <stddef.h>
#include <stdint.h>

#include "preload/maps.h"

/* DUMP_WITNESS_… of a pointer to `offset` (not 0) in the block. Reads the block and what looks like
 * its tables of virtual functions: under a fault guard. maps: to tell what is code and what not. */
unsigned interior_witnesses(const struct maps *maps, uintptr_t address, size_t bytes,
                            size_t offset);

#endif
