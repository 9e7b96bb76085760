/* See preload/path_cache.h. */
#include "preload/path_cache.h"

#include "preload/pages.h"

#define FIRST_SETS (1u << 9)
#define LAST_SETS (1u << 19)
#define GROWTH 2u
#define MOVED_AT_ONCE 8u /* sets, at each call that puts something */

static size_t sets_bytes(uint64_t count)
{
    return sizeof(struct path_sets) + count * sizeof(struct path_set);
}

static struct path_sets *sets_create(uint64_t count)
{
    struct path_sets *sets = pages_map_dense(sets_bytes(count));
    if (sets)
        sets->mask = count - 1;
    return sets;
}

void path_cache_init(struct path_cache *cache)
{
    path_keys_draw(&cache->keys);
    cache->newest = sets_create(FIRST_SETS);
}

/* When as many entries have been pushed out as there are sets. The old sets stay mapped: a thread
 * may be in them. */
static void grow(struct path_cache *cache)
{
    struct path_sets *sets = atomic_load_explicit(&cache->newest, memory_order_acquire);
    if (!sets || atomic_load_explicit(&cache->evicted, memory_order_relaxed) <= sets->mask)
        return;
    uint64_t count = (sets->mask + 1) * GROWTH;
    struct path_sets *larger = count <= LAST_SETS ? sets_create(count) : NULL;
    atomic_store(&cache->evicted, 0);
    if (!larger)
        return;
    if (atomic_compare_exchange_strong(&cache->newest, &sets, larger)) {
        atomic_store(&cache->moved, 0);
        atomic_store(&cache->older, sets);
    } else {
        pages_unmap(larger, sets_bytes(count));
    }
}

/* One after the other, as if there were a clock's hand for all sets together. */
static struct path_entry *victim(struct path_cache *cache, struct path_set *set)
{
    uint32_t evicted = atomic_load_explicit(&cache->evicted, memory_order_relaxed);
    atomic_store_explicit(&cache->evicted, evicted + 1, memory_order_relaxed);
    return &set->entries[evicted % PATH_CACHE_WAYS];
}

/* The stack's own entry, or a free one; NULL where there is none. */
static struct path_entry *place_for(struct path_set *set, uint64_t first, uint64_t second)
{
    for (unsigned way = 0; way < PATH_CACHE_WAYS; way++) {
        uint64_t there = atomic_load_explicit(&set->entries[way].second, memory_order_relaxed);
        uint64_t other = atomic_load_explicit(&set->entries[way].first, memory_order_relaxed);
        if (!there || (stack_entry_tag(there ^ second) == 0 && (other ^ there) == first))
            return &set->entries[way];
    }
    return NULL;
}

static void put(struct path_cache *cache, uint64_t first, uint64_t second)
{
    struct path_sets *sets = atomic_load_explicit(&cache->newest, memory_order_acquire);
    if (!sets)
        return;
    struct path_set *set = &sets->sets[path_sets_place(sets, first)];
    struct path_entry *entry = place_for(set, first, second);
    if (!entry)
        entry = victim(cache, set);
    atomic_store_explicit(&entry->first, first ^ second, memory_order_relaxed);
    atomic_store_explicit(&entry->second, second, memory_order_relaxed);
}

/* Moves some of what the sets before hold to the newest. */
static void move_some(struct path_cache *cache)
{
    struct path_sets *older = atomic_load_explicit(&cache->older, memory_order_acquire);
    if (!older)
        return;
    uint32_t from = atomic_fetch_add(&cache->moved, MOVED_AT_ONCE);
    for (uint32_t i = from; i < from + MOVED_AT_ONCE && i <= older->mask; i++)
        for (unsigned way = 0; way < PATH_CACHE_WAYS; way++) {
            const struct path_entry *entry = &older->sets[i].entries[way];
            uint64_t second = atomic_load_explicit(&entry->second, memory_order_relaxed);
            if (second)
                put(cache, atomic_load_explicit(&entry->first, memory_order_relaxed) ^ second,
                    second);
        }
    if (from + MOVED_AT_ONCE > older->mask)
        atomic_compare_exchange_strong(&cache->older, &older, NULL);
}

void path_cache_put(struct path_cache *cache, struct path_hash hash, uint32_t node)
{
    grow(cache);
    move_some(cache);
    put(cache, hash.first, stack_entry_tag(hash.second) | node);
}
