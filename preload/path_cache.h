/*
 * The nodes of stacks seen lately, by a number of the whole stack (preload/path_hash.h): one probe,
 * one cache line, whatever the stack's length. A stack is in it by its addresses, and once more for
 * each place and layout of its frames that a thread's memo (preload/stack_memo.h) knows.
 *
 * All threads share it. An entry is two words, written without a lock. The first is xor-ed with the
 * second, so that halves of two entries never look like one (Hyatt and Mann, "A lock-less
 * transposition table implementation for parallel search", 2002). A number's first half is compared
 * whole, of the second the upper 36 bits: that among a million stacks one is ever taken for another
 * has a probability of about 2^-25, by the bounds in preload/path_hash.h.
 *
 * A cache only: what is not found is looked up in the stack table. It grows while entries are
 * pushed out, from 32 KB to at most 32 MB.
 */
#ifndef CAULK_PATH_CACHE_H
#define CAULK_PATH_CACHE_H

#include <stdatomic.h>
#include <stdint.h>

#include "preload/path_hash.h"
#include "preload/stack_index.h"

#define PATH_CACHE_WAYS 4u

struct path_entry {
    _Atomic uint64_t first;  /* the number's first half, xor second */
    _Atomic uint64_t second; /* upper bits of the number's second half, and the node */
};

struct path_set {
    _Alignas(64) struct path_entry entries[PATH_CACHE_WAYS];
};

struct path_sets {
    uint64_t mask; /* how many sets there are, less one */
    struct path_set sets[];
};

struct path_cache {
    struct path_keys keys;
    struct path_sets *_Atomic newest;
    struct path_sets *_Atomic older; /* the one before, until its entries have moved on, or NULL */
    _Atomic uint32_t moved;          /* sets of it that have */
    _Atomic uint32_t evicted;        /* entries pushed out of the newest, roughly */
};

/* cache is zeroed memory. Without memory for it nothing is ever found. */
void path_cache_init(struct path_cache *cache);

/* Remembers the stack's node. Lock-free, any number of threads and signal handlers at once. */
void path_cache_put(struct path_cache *cache, struct path_hash hash, uint32_t node);

/* From bits that differ wherever stacks do. */
static inline uint64_t path_sets_place(const struct path_sets *sets, uint64_t first)
{
    return first >> 40 & sets->mask;
}

/* The stack's node, or 0. */
static inline uint32_t path_cache_get(const struct path_cache *cache, struct path_hash hash)
{
    const struct path_sets *sets = atomic_load_explicit(&cache->newest, memory_order_acquire);
    if (!sets)
        return 0;
    const struct path_set *set = &sets->sets[path_sets_place(sets, hash.first)];
    uint64_t found = 0;
    for (unsigned way = 0; way < PATH_CACHE_WAYS; way++) {
        uint64_t second = atomic_load_explicit(&set->entries[way].second, memory_order_relaxed);
        uint64_t first = atomic_load_explicit(&set->entries[way].first, memory_order_relaxed);
        uint64_t differs = stack_entry_tag(second ^ hash.second) | (first ^ second ^ hash.first);
        found = differs ? found : second; /* no branch, which would be mispredicted */
    }
    return stack_entry_node(found);
}

#endif
