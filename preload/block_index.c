/* See block_index.h. Words have 64 granules; a count is kept for each group of 8 words, one cache
 * line, so that a rank costs at most eight popcounts. */
#include "preload/block_index.h"

#include <string.h>

#include "preload/page_array.h"
#include "preload/pages.h"

#define REGION_BYTES (1ul << INDEX_REGION_BITS)
#define DIRECTORY_ENTRIES (1ul << (INDEX_ADDRESS_BITS - INDEX_REGION_BITS))
#define GROUP_WORDS 8u
#define FIRST_REGIONS 256u

bool block_index_init(struct block_index *index, unsigned granule_bits)
{
    memset(index, 0, sizeof(*index));
    index->granule_bits = granule_bits;
    index->directory = pages_map(DIRECTORY_ENTRIES * sizeof(*index->directory));
    index->region_capacity = FIRST_REGIONS;
    index->regions = pages_map(index->region_capacity * sizeof(*index->regions));
    return index->directory && index->regions;
}

static size_t region_words(const struct block_index *index)
{
    return REGION_BYTES >> index->granule_bits >> 6;
}

static size_t bitmap_bytes(const struct block_index *index)
{
    size_t words = region_words(index);
    return words * sizeof(uint64_t) + words / 64 * sizeof(uint64_t) +
           words / 4096 * sizeof(uint64_t) + words / GROUP_WORDS * sizeof(uint32_t);
}

static bool add_bitmap(const struct block_index *index, struct index_region *region)
{
    size_t words = region_words(index);
    region->starts = pages_map(bitmap_bytes(index));
    if (!region->starts)
        return false;
    region->summary = region->starts + words;
    region->top = region->summary + words / 64;
    region->ranks = (uint32_t *)(region->top + words / 4096);
    region->first_number = index->block_count;
    return true;
}

static bool grow_regions(struct block_index *index)
{
    struct index_region *regions =
        page_array_grow(index->regions, &index->region_capacity, sizeof(*regions), 0);
    if (regions)
        index->regions = regions;
    return regions != NULL;
}

static struct index_region *get_region(struct block_index *index, uintptr_t address)
{
    uint32_t *entry = &index->directory[address >> INDEX_REGION_BITS];
    if (*entry == 0) {
        if (index->region_count == index->region_capacity && !grow_regions(index))
            return NULL;
        *entry = ++index->region_count;
        index->regions[*entry - 1] = (struct index_region){.before = INDEX_NO_BLOCK};
    }
    return &index->regions[*entry - 1];
}

/* A block that crosses into further regions is what precedes their first block. */
static bool reach_into(struct block_index *index, uintptr_t granule, uintptr_t last)
{
    uintptr_t address = (granule | (REGION_BYTES - 1)) + 1;
    for (; address <= last; address += REGION_BYTES) {
        struct index_region *region = get_region(index, address);
        if (!region)
            return false;
        region->before = index->block_count;
        region->before_granule = granule;
    }
    return true;
}

bool block_index_add(struct block_index *index, uintptr_t address, size_t bytes)
{
    uintptr_t last = address + (bytes ? bytes - 1 : 0);
    if (last >> INDEX_ADDRESS_BITS || last < address)
        return false;
    uintptr_t granule = address >> index->granule_bits << index->granule_bits;
    if (!reach_into(index, granule, last))
        return false;
    struct index_region *region = get_region(index, address);
    if (!region || (!region->starts && !add_bitmap(index, region)))
        return false;
    size_t bit = (address & (REGION_BYTES - 1)) >> index->granule_bits;
    region->starts[bit >> 6] |= 1ull << (bit & 63);
    region->summary[bit >> 12] |= 1ull << (bit >> 6 & 63);
    region->top[bit >> 18] |= 1ull << (bit >> 12 & 63);
    index->block_count++;
    return true;
}

__attribute__((target("popcnt"))) static void count_region(const struct block_index *index,
                                                           struct index_region *region)
{
    uint32_t rank = 0;
    for (size_t word = 0; word < region_words(index); word++) {
        if (word % GROUP_WORDS == 0)
            region->ranks[word / GROUP_WORDS] = rank;
        if (region->summary[word >> 6] >> (word & 63) & 1)
            rank += (uint32_t)__builtin_popcountll(region->starts[word]);
    }
}

void block_index_seal(struct block_index *index)
{
    for (uint32_t i = 0; i < index->region_count; i++)
        if (index->regions[i].starts)
            count_region(index, &index->regions[i]);
}

void block_index_finish(struct block_index *index)
{
    for (uint32_t i = 0; i < index->region_count; i++)
        if (index->regions[i].starts)
            pages_unmap(index->regions[i].starts, bitmap_bytes(index));
    pages_unmap(index->regions, index->region_capacity * sizeof(*index->regions));
    pages_unmap(index->directory, DIRECTORY_ENTRIES * sizeof(*index->directory));
    memset(index, 0, sizeof(*index));
}

static unsigned highest_bit(uint64_t word)
{
    return 63u - (unsigned)__builtin_clzll(word);
}

static uint64_t bits_below(uint64_t word, size_t bit)
{
    return word & ((1ull << (bit & 63)) - 1);
}

/* The last word of starts before `word` that is not 0; false when there is none in the region. */
static bool word_before(const struct index_region *region, size_t word, size_t *ret_word)
{
    size_t line = word >> 6, group = line >> 6;
    uint64_t bits = bits_below(region->summary[line], word);
    if (!bits) {
        uint64_t lines = bits_below(region->top[group], line);
        while (!lines && group > 0)
            lines = region->top[--group];
        if (!lines)
            return false;
        line = (group << 6) + highest_bit(lines);
        bits = region->summary[line];
    }
    *ret_word = (line << 6) + highest_bit(bits);
    return true;
}

__attribute__((target("popcnt"))) static uint32_t rank(const struct index_region *region,
                                                       size_t word, unsigned bit)
{
    size_t at = word - word % GROUP_WORDS;
    uint32_t count = region->first_number + region->ranks[word / GROUP_WORDS];
    for (; at < word; at++)
        count += (uint32_t)__builtin_popcountll(region->starts[at]);
    return count + (uint32_t)__builtin_popcountll(bits_below(region->starts[word], bit));
}

uint32_t block_index_find(const struct block_index *index, uintptr_t address,
                          uintptr_t *ret_granule)
{
    if (address >> INDEX_ADDRESS_BITS)
        return INDEX_NO_BLOCK;
    uint32_t entry = index->directory[address >> INDEX_REGION_BITS];
    if (entry == 0)
        return INDEX_NO_BLOCK;
    const struct index_region *region = &index->regions[entry - 1];
    size_t granule = (address & (REGION_BYTES - 1)) >> index->granule_bits;
    size_t word = granule >> 6;
    uint64_t bits = 0;
    if (region->starts) {
        bits = region->starts[word] & (~0ull >> (63 - (granule & 63)));
        if (!bits && word_before(region, word, &word))
            bits = region->starts[word];
    }
    if (!bits) {
        *ret_granule = region->before_granule;
        return region->before;
    }
    unsigned bit = highest_bit(bits);
    *ret_granule = (address & ~(REGION_BYTES - 1)) + (((word << 6) + bit) << index->granule_bits);
    return rank(region, word, bit);
}
