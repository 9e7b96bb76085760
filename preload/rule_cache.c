/*
 * 64 K entries hold the return addresses of large programs (clang uses some 30,000) with few
 * conflicts; half a megabyte of .bss, of which pages never used cost nothing.
 */
#include "preload/rule_cache.h"

struct rule_cache rule_cache;

void rule_cache_put(uintptr_t address, uint32_t rule)
{
    if (address >> RULE_CACHE_ADDRESS_BITS)
        return;
    uint64_t entry = (uint64_t)rule_cache_tag(address) << 32 | rule;
    atomic_store_explicit(&rule_cache.entries[rule_cache_position(address)], entry,
                          memory_order_relaxed);
}

void rule_cache_clear(void)
{
    for (uint32_t i = 0; i < 1u << RULE_CACHE_BITS; i++)
        if (atomic_load_explicit(&rule_cache.entries[i], memory_order_relaxed))
            atomic_store_explicit(&rule_cache.entries[i], 0, memory_order_relaxed);
}
