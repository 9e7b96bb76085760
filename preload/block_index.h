/*
 * From any address to the block that starts at or before it, in O(1): a bitmap with one bit for
 * each granule of address space, set where a block starts, with counts (the block's number is the
 * rank of its bit) and summaries (the bit before an address is found through at most three levels).
 *
 * Memory: 0.8 % of the address space that holds blocks (granule 16), 1.6 % with granule 8. Built in
 * the dump's child, from blocks in ascending order; then read-only.
 * Rank by popcount: Jacobson, Space-efficient static trees and graphs, 1989.
 */
#ifndef CAULK_BLOCK_INDEX_H
#define CAULK_BLOCK_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_REGION_BITS 26u /* 64 MB of address space */
#define INDEX_ADDRESS_BITS 47u
#define INDEX_NO_BLOCK UINT32_MAX

struct index_region {
    uint64_t *starts;      /* one bit for each granule; NULL where no block starts */
    uint64_t *summary;     /* one bit for each word of starts that is not 0 */
    uint64_t *top;         /* one bit for each word of summary that is not 0 */
    uint32_t *ranks;       /* blocks of the region before each group of words */
    uint32_t first_number; /* of the region's blocks */
    uint32_t before;       /* the block before the region that reaches into it, or none */
    uintptr_t before_granule;
};

struct block_index {
    uint32_t *directory; /* region number + 1 by the address's high bits */
    struct index_region *regions;
    uint32_t region_count;
    size_t region_capacity;
    uint32_t block_count;
    unsigned granule_bits;
};

/* granule_bits: 4, or 3 where blocks lie at addresses that are not multiples of 16. */
bool block_index_init(struct block_index *index, unsigned granule_bits);

/* Blocks in ascending order, no two in one granule: numbered from 0. False without memory, or where
 * the address is no user address. */
bool block_index_add(struct block_index *index, uintptr_t address, size_t bytes);
void block_index_seal(struct block_index *index);
void block_index_finish(struct block_index *index);

/* The block that starts in the last occupied granule at or before the address; INDEX_NO_BLOCK where
 * none can reach it. Whether it does is for the caller to check, by the block's size.
 * ret_granule: the granule's address, which is the block's but for its bits below the granule. */
uint32_t block_index_find(const struct block_index *index, uintptr_t address,
                          uintptr_t *ret_granule);

/* Whether any block may lie near the address, and if so a hint to the cache that it is asked for
 * soon. Cheap enough for every word of memory. */
static inline bool block_index_prefetch(const struct block_index *index, uintptr_t address)
{
    if (address >> INDEX_ADDRESS_BITS)
        return false;
    uint32_t number = index->directory[address >> INDEX_REGION_BITS];
    if (number == 0)
        return false;
    const uint64_t *starts = index->regions[number - 1].starts;
    uintptr_t granule = (address & ((1ul << INDEX_REGION_BITS) - 1)) >> index->granule_bits;
    if (starts)
        __builtin_prefetch(&starts[granule >> 6]);
    return true;
}

#endif
