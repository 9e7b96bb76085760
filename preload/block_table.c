/*
 * See preload/block_table.h, and preload/block_slot.h for what a slot holds: here are regions, and
 * the cases that the hot paths leave out.
 */
#include "preload/block_table.h"

#include <stdatomic.h>

#include "preload/block_regions.h"
#include "preload/block_slot.h"
#include "preload/pages.h"

#define SLOT_LINE_BYTES 64u /* of slots looked at as one when blocks are searched */

bool block_table_init(struct block_table *table, unsigned granule_bits, bool low)
{
    unsigned planes = granule_bits == 5 ? 1 : BLOCK_PLANES;
    *table = (struct block_table){.granule_bits = granule_bits, .low = low};
    if (!block_regions_init(table))
        return false;
    for (unsigned plane = 0; plane < planes; plane++) {
        table->directory[plane] = pages_map(BLOCK_DIRECTORY_ENTRIES * sizeof(void *));
        if (!table->directory[plane])
            return false;
    }
    table->plain = low ? NULL : table->directory[0];
    return true;
}

/* Of a region's slots: what lies next to a neighbour of it. */
#define EDGE_PARTS 8

/*
 * Whether slots, an edge of a region, are in use all over. Then the neighbour beyond is worth huge
 * pages, which make a fork of a large heap cheaper; a lonely small heap (one for each thread) is
 * not.
 */
static bool is_dense(const char *slots, size_t bytes)
{
    enum { SAMPLES = 64, SAMPLE_SLOTS = 64, ENOUGH = SAMPLES / 2 };
    unsigned used = 0;
    for (unsigned sample = 0; sample < SAMPLES; sample++) {
        const uint32_t *words = (const uint32_t *)(slots + sample * (bytes / SAMPLES));
        uint32_t any = 0;
        for (unsigned i = 0; i < SAMPLE_SLOTS; i++)
            any |= words[i];
        used += any != 0;
    }
    return used >= ENOUGH;
}

static bool is_neighbour_dense(const struct block_table *table, unsigned plane, uintptr_t address)
{
    const char *below = block_region_at(table, plane, address - BLOCK_REGION_BYTES);
    const char *above = block_region_at(table, plane, address + BLOCK_REGION_BYTES);
    size_t bytes = block_region_slots_bytes(table), edge = bytes / EDGE_PARTS;
    return (below && is_dense(below + bytes - edge, edge)) || (above && is_dense(above, edge));
}

static unsigned directory_page(uintptr_t address)
{
    return (unsigned)(address >> BLOCK_REGION_BITS) / BLOCK_ENTRIES_ON_PAGE;
}

static void note_directory_page(struct block_table *table, uintptr_t address)
{
    unsigned page = directory_page(address);
    atomic_fetch_or(&table->used[page / 64], 1ull << page % 64);
}

static bool is_directory_page_used(const struct block_table *table, uintptr_t address)
{
    unsigned page = directory_page(address);
    return table->used[page / 64] >> page % 64 & 1;
}

__attribute__((noinline, cold)) static bool region_create(struct block_table *table, unsigned plane,
                                                          uintptr_t address)
{
    if (!table->directory[plane] || address >> BLOCK_ADDRESS_BITS != 0)
        return false;
    size_t bytes = block_region_bytes(table);
    void *fresh =
        is_neighbour_dense(table, plane, address) ? pages_map_huge(bytes) : pages_map(bytes);
    if (!fresh)
        return false;
    note_directory_page(table, address);
    void *expected = NULL;
    if (atomic_compare_exchange_strong(&table->directory[plane][address >> BLOCK_REGION_BITS],
                                       &expected, fresh))
        block_regions_add(table, plane, address, fresh);
    else
        pages_unmap(fresh, bytes);
    return true;
}

static bool is_in_use(const struct block_notes *notes, size_t chunk)
{
    return chunk < BLOCK_CHUNKS_MAX &&
           atomic_load_explicit(&notes->chunk_in_use[chunk], memory_order_relaxed) != 0;
}

void block_table_grown(struct block_table *table, uintptr_t address)
{
    char *region = block_region_at(table, block_plane_of(address), address);
    if (!region)
        return;
    struct block_notes *notes = block_region_notes(table, region);
    char *slot = slot_at(table, block_plane_of(address), address);
    size_t chunk = (size_t)(slot - region) / BLOCK_CHUNK_BYTES;
    if (is_in_use(notes, chunk))
        return;
    atomic_store_explicit(&notes->chunk_in_use[chunk], 1, memory_order_relaxed);
    if (is_in_use(notes, chunk - 1) || is_in_use(notes, chunk + 1))
        pages_populate(region + chunk * BLOCK_CHUNK_BYTES, BLOCK_CHUNK_BYTES);
}

/* NULL where there is no region, not even one at rest. */
static inline void *slot_find(const struct block_table *table, unsigned plane, uintptr_t address)
{
    void *slot = slot_at(table, plane, address);
    if (__builtin_expect(!slot, 0) && block_regions_wake(table, plane, address))
        slot = slot_at(table, plane, address);
    return slot;
}

static inline void *slot_make(struct block_table *table, unsigned plane, uintptr_t address)
{
    void *slot = slot_find(table, plane, address);
    if (__builtin_expect(!slot, 0) && region_create(table, plane, address))
        slot = slot_at(table, plane, address);
    return slot;
}

/* The slots after the first, which may lie in the next region. */
static bool store_size(struct block_table *table, const struct block *block, unsigned slots)
{
    unsigned bits = table->low ? SLOT_SECOND_BITS_LOW : 63;
    uint64_t rest = block->bytes;
    for (unsigned i = 1; i <= slots; i++) {
        void *slot = slot_make(table, block_plane_of(block->address),
                               block->address + ((uintptr_t)i << table->granule_bits));
        if (!slot)
            return false;
        slot_store(table, slot, rest << 1 | SLOT_SECOND);
        rest = rest >> bits;
    }
    return true;
}

static uint64_t load_size(const struct block_table *table, uintptr_t address, unsigned slots)
{
    uint64_t bytes = 0;
    for (unsigned i = slots; i >= 1; i--) {
        const void *slot = slot_find(table, block_plane_of(address),
                                     address + ((uintptr_t)i << table->granule_bits));
        uint64_t part = slot ? slot_load(table, slot) >> 1 : 0;
        bytes = slots == 1 ? part : bytes << SLOT_SECOND_BITS_LOW | part;
    }
    return bytes;
}

static inline unsigned size_code(const struct block_table *table, size_t bytes)
{
    if (bytes <= SLOT_SIZE_MAX)
        return (unsigned)bytes;
    return table->low && bytes >> SLOT_SECOND_BITS_LOW != 0 ? SLOT_SIZE_IN_NEXT_TWO
                                                            : SLOT_SIZE_IN_NEXT;
}

bool block_table_insert(struct block_table *table, const struct block *block)
{
    void *slot = slot_make(table, block_plane_of(block->address), block->address);
    if (__builtin_expect(!slot, 0))
        return false;
    unsigned code = size_code(table, block->bytes);
    if (code > SLOT_SIZE_MAX && !store_size(table, block, code == SLOT_SIZE_IN_NEXT_TWO ? 2 : 1))
        return false;
    uint64_t stack = (uint64_t)block->stack + 1;
    if (__builtin_expect(stack >> (table->low ? SLOT_STACK_BITS_LOW : SLOT_STACK_BITS) != 0, 0))
        stack = 1;
    uint64_t birth = block->birth < SLOT_BIRTH_MAX ? block->birth : SLOT_BIRTH_MAX;
    slot_store(table, slot,
               (uint64_t)((block->address >> 4 & 1) << SLOT_A4_SHIFT) |
                   (uint64_t)code << SLOT_SIZE_SHIFT | stack << SLOT_STACK_SHIFT |
                   (table->low ? 0 : birth << SLOT_BIRTH_SHIFT));
    return true;
}

static void decode(const struct block_table *table, uintptr_t address, uint64_t slot,
                   struct block *ret_block)
{
    unsigned code = (slot >> SLOT_SIZE_SHIFT) & SLOT_SIZE_MASK;
    ret_block->address = address;
    ret_block->stack = (uint32_t)((slot >> SLOT_STACK_SHIFT & ((1u << SLOT_STACK_BITS) - 1)) - 1);
    ret_block->birth = (uint32_t)(slot >> SLOT_BIRTH_SHIFT);
    ret_block->bytes =
        code <= SLOT_SIZE_MAX ? code : load_size(table, address, code == SLOT_SIZE_IN_NEXT ? 1 : 2);
}

bool block_table_remove(struct block_table *table, uintptr_t address, struct block *ret_block)
{
    void *slot = slot_find(table, block_plane_of(address), address);
    if (!slot)
        return false;
    uint64_t value = slot_load(table, slot);
    if (!slot_is_at(value, address))
        return false;
    decode(table, address, value, ret_block);
    slot_store(table, slot, 0);
    return true;
}

bool block_table_find(const struct block_table *table, uintptr_t address, struct block *ret_block)
{
    const void *slot = slot_find(table, block_plane_of(address), address);
    if (!slot)
        return false;
    uint64_t value = slot_load(table, slot);
    if (!slot_is_at(value, address))
        return false;
    decode(table, address, value, ret_block);
    return true;
}

/* The start of the granule at address, with the block's own bit 4 and the plane's bit 3. */
static uintptr_t block_address(const struct block_table *table, uintptr_t address, unsigned plane,
                               uint64_t slot)
{
    uintptr_t granule = address >> table->granule_bits << table->granule_bits;
    return (granule & ~(uintptr_t)16) | (slot >> SLOT_A4_SHIFT & 1) << 4 | (uintptr_t)plane << 3;
}

/* Whether a page of slots starts at the offset that was never touched: reading it would cost a
 * fault. */
static bool is_untouched_page(const struct block_table *table, void *region, size_t offset)
{
    size_t page = offset / BLOCK_PAGE_BYTES;
    return !region ||
           (offset % BLOCK_PAGE_BYTES == 0 &&
            (block_region_notes(table, region)->page_untouched[page / 64] >> page % 64 & 1));
}

/* Whether a line of slots starts at the offset and is all zero, as most are where blocks are large
 * or few. */
static bool is_empty_line(const void *region, size_t offset)
{
    const uint64_t *words = (const uint64_t *)((const char *)region + offset);
    uint64_t any = offset % SLOT_LINE_BYTES;
    for (unsigned i = 0; region && any == 0 && i < SLOT_LINE_BYTES / sizeof(*words); i += 4)
        any = words[i] | words[i + 1] | words[i + 2] | words[i + 3];
    return !region || any == 0;
}

/* The first block at or after *address in its region; moves *address on to where it stopped. */
static bool next_in_region(const struct block_table *table, uintptr_t *address,
                           struct block *ret_block)
{
    uintptr_t granule = (uintptr_t)1 << table->granule_bits;
    uintptr_t line = SLOT_LINE_BYTES >> slot_shift(table) << table->granule_bits;
    uintptr_t page = (uintptr_t)BLOCK_PAGE_BYTES >> slot_shift(table) << table->granule_bits;
    uintptr_t end = (*address | BLOCK_REGION_MASK) + 1;
    void *first[BLOCK_PLANES];
    for (unsigned plane = 0; plane < BLOCK_PLANES; plane++)
        first[plane] = block_region_at(table, plane, *address);

    for (uintptr_t at = *address; at < end; at = (at & -granule) + granule) {
        size_t offset = (at & BLOCK_REGION_MASK) >> table->granule_bits << slot_shift(table);
        if (is_untouched_page(table, first[0], offset) &&
            is_untouched_page(table, first[1], offset)) {
            at += page - granule;
            continue;
        }
        if (is_empty_line(first[0], offset) && is_empty_line(first[1], offset)) {
            at += line - granule;
            continue;
        }
        for (unsigned plane = 0; plane < BLOCK_PLANES; plane++) {
            uint64_t slot = first[plane] ? slot_load(table, (char *)first[plane] + offset) : 0;
            uintptr_t found = slot_is_block(slot) ? block_address(table, at, plane, slot) : 0;
            if (found >= at && found != 0) {
                decode(table, found, slot, ret_block);
                *address = found + 1;
                return true;
            }
        }
    }
    *address = end;
    return false;
}

bool block_table_next(const struct block_table *table, uintptr_t *cursor, struct block *ret_block)
{
    uintptr_t address = *cursor;
    while (address >> BLOCK_ADDRESS_BITS == 0) {
        if (!is_directory_page_used(table, address)) {
            address = (address | (BLOCK_ENTRIES_ON_PAGE * BLOCK_REGION_BYTES - 1)) + 1;
        } else if (!block_region_at(table, 0, address) && !block_region_at(table, 1, address)) {
            address = (address | BLOCK_REGION_MASK) + 1;
        } else if (next_in_region(table, &address, ret_block)) {
            *cursor = address;
            return true;
        }
    }
    *cursor = address;
    return false;
}

bool block_table_is_empty(const struct block_table *table, uintptr_t address)
{
    enum { SIZE_GRANULES_MAX = 2 };
    uintptr_t start = address & ~BLOCK_REGION_MASK;
    uintptr_t before = start - (SIZE_GRANULES_MAX << table->granule_bits);
    struct block block;
    return !next_in_region(table, &start, &block) && !next_in_region(table, &before, &block);
}
