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

/*
 * Return addresses lie at least 5 bytes apart, so dropping the lowest 2 bits of the position keeps
 * them apart and brings neighbours into one cache line. The upper bits fold into it, so that equal
 * offsets in two modules differ.
 */
static inline uint32_t rule_cache_position(uintptr_t address)
{
    uintptr_t upper = address >> (RULE_CACHE_BITS + 2);
    return (uint32_t)(address >> 2 ^ upper ^ upper * 0x9e37) & ((1u << RULE_CACHE_BITS) - 1);
}

/* All bits that the position doesn't determine. */
static inline uint32_t rule_cache_tag(uintptr_t address)
{
    return (uint32_t)(address >> (RULE_CACHE_BITS + 2)) << 2 | (address & 3);
}

/* UNWIND_NONE when it isn't known. */
static inline uint32_t rule_cache_get(uintptr_t address)
{
    uint64_t entry = atomic_load_explicit(&rule_cache.entries[rule_cache_position(address)],
                                          memory_order_relaxed);
    return entry >> 32 == rule_cache_tag(address) && !(address >> RULE_CACHE_ADDRESS_BITS)
               ? (uint32_t)entry
               : UNWIND_NONE;
}

void rule_cache_put(uintptr_t address, uint32_t rule);
void rule_cache_clear(void);

#endif
