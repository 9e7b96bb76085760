/*
 * Live bytes and blocks, without a shared cache line: each thread adds to a cell of its own. A cell
 * outlives its thread and is given to a later one; the sum over all cells is exact whenever no
 * thread is inside malloc. Cells live in pages from pages_map() and are read by `caulk ps` from
 * outside, through the addresses in the status block (libcaulk/status_format.h).
 */
#ifndef CAULK_COUNTERS_H
#define CAULK_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

/* Only its thread writes a cell; blocks freed by another thread than the one that allocated them
 * are subtracted in the freeing thread's cell. Relaxed loads and stores. */
struct counters {
    _Atomic uint64_t allocated_bytes, freed_bytes;
    _Atomic uint64_t allocated_blocks, freed_blocks;
    _Atomic uint64_t dropped_blocks; /* could not be recorded */
    _Atomic uint32_t owner;          /* tid, or 0 while the cell is free */
    uint32_t padding[5];
};
_Static_assert(sizeof(struct counters) == 64, "one cache line each");

/* A cell for the calling thread; a shared one when there is no memory for more (never NULL). */
struct counters *counters_acquire(void);
void counters_release(struct counters *counters);

struct counters_sum {
    uint64_t live_bytes, live_blocks, dropped_blocks, calls;
};
struct counters_sum counters_sum(void);

#endif
