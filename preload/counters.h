/*
 * Live bytes and blocks, without a shared cache line: each thread adds to a cell of its own. A cell
 * outlives its thread and is given to a later one; the sum over all cells is exact whenever no
 * thread is inside malloc. Cells lie in pages from pages_map() and are read by `caulk ps` from
 * outside: their layout is struct status_counter in libcaulk/status_format.h.
 */
#ifndef CAULK_COUNTERS_H
#define CAULK_COUNTERS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/thread.h"

/* Only its thread writes a cell (relaxed loads and stores); blocks freed by another thread than the
 * one that allocated them are subtracted in the freeing thread's cell. */
struct counters {
    _Atomic uint64_t allocated_bytes, freed_bytes;
    _Atomic uint64_t allocated_blocks, freed_blocks;
    _Atomic uint32_t owner; /* tid, or 0 while the cell is free */
    uint32_t padding[7];
};
_Static_assert(sizeof(struct counters) == 64, "one cache line each");

/* A cell for the calling thread; NULL when there is no memory for more: counters_shared serves. */
struct counters *counters_acquire(void);
void counters_release(struct counters *counters); /* NULL is fine */

/* In a forked child: only the calling thread's cell has an owner. */
void counters_keep_only(const struct counters *own);

/* The arrays of cells, by number from 0: NULL past the end. */
const struct counters *counters_chunk(size_t number, size_t *ret_cells);

struct counters_sum {
    uint64_t live_bytes, live_blocks, calls;
};
struct counters_sum counters_sum(void);

/* For threads without a cell, with atomic additions. */
extern struct counters counters_shared;

static inline void counters_count(_Atomic uint64_t *counter, uint64_t amount)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount,
                          memory_order_relaxed);
}

static inline void counters_allocated(uint64_t bytes)
{
    struct counters *own = thread_self.counters;
    if (__builtin_expect(own != NULL, 1)) {
        counters_count(&own->allocated_bytes, bytes);
        counters_count(&own->allocated_blocks, 1);
    } else {
        atomic_fetch_add(&counters_shared.allocated_bytes, bytes);
        atomic_fetch_add(&counters_shared.allocated_blocks, 1);
    }
}

static inline void counters_freed(uint64_t bytes)
{
    struct counters *own = thread_self.counters;
    if (__builtin_expect(own != NULL, 1)) {
        counters_count(&own->freed_bytes, bytes);
        counters_count(&own->freed_blocks, 1);
    } else {
        atomic_fetch_add(&counters_shared.freed_bytes, bytes);
        atomic_fetch_add(&counters_shared.freed_blocks, 1);
    }
}

#endif
