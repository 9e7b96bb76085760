/*
 * Unwind rules by address: a global, direct-mapped table of 8-byte entries. An entry is read and
 * written whole, so it needs no lock; two threads that miss at once just store the same rule twice.
 *
 * Exact: an entry's position and its tag together determine the address, so a rule is never given
 * for another one. Only what a loaded module's tables say is kept; rule_cache_clear() after a
 * module is gone.
 */
#ifndef CAULK_RULE_CACHE_H
#define CAULK_RULE_CACHE_H

#include <stdatomic.h>
#include <stdint.h>

#include "preload/unwind_rule.h"

#define RULE_CACHE_BITS 16u
#define RULE_CACHE_ADDRESS_BITS 47u /* of user space; code above (5-level paging) is not kept */

struct rule_cache {
    _Atomic uint64_t entries[1u << RULE_CACHE_BITS]; /* tag << 32 | rule */
};

extern struct rule_cache rule_cache;

/* The upper bits fold into the position, so that equal offsets in two modules differ. */
static inline uint32_t rule_cache_position(uintptr_t address)
{
    uintptr_t tag = address >> RULE_CACHE_BITS;
    return (uint32_t)(address ^ tag ^ tag * 0x9e37) & ((1u << RULE_CACHE_BITS) - 1);
}

/* UNWIND_NONE when it isn't known. */
static inline uint32_t rule_cache_get(uintptr_t address)
{
    uint64_t entry = atomic_load_explicit(&rule_cache.entries[rule_cache_position(address)],
                                          memory_order_relaxed);
    return entry >> 32 == address >> RULE_CACHE_BITS ? (uint32_t)entry : UNWIND_NONE;
}

void rule_cache_put(uintptr_t address, uint32_t rule);
void rule_cache_drop(uintptr_t address);
void rule_cache_clear(void);

#endif
