/*
 * See preload/block_table.h. A slot, from its lowest bit:
 *
 *    1   2      8                  36                     64
 *   |0|a4| size |  stack node + 1  |      birth tick      |    a block starts in this granule
 *   |1|                     size                          |    the second slot of such a block
 *
 * With `low` it ends at bit 32: 24 bits of stack, 31 of size. An empty slot is 0. Freeing clears
 * the first slot only: a second slot left behind says by its lowest bit that no block starts there.
 */
#include "preload/block_table.h"

#include <stdatomic.h>

#include "preload/pages.h"

#define SECOND 1u /* tag of a second (third) slot */
#define A4_SHIFT 1
#define SIZE_SHIFT 2
#define SIZE_MASK 63u
#define STACK_SHIFT 8
#define STACK_BITS 28
#define STACK_BITS_LOW 24
#define BIRTH_SHIFT 36
#define BIRTH_MAX ((1u << 28) - 1)

#define SIZE_INLINE_MAX 56u  /* more asked for: at least 64 usable, two granules of 32 */
#define SIZE_IN_ONE_SLOT 63u /* codes in the size field: where the size lies instead */
#define SIZE_IN_TWO_SLOTS 62u
#define SECOND_BITS_LOW 31 /* of a size in one slot, with `low` */

#define REGION_BYTES ((uintptr_t)1 << BLOCK_REGION_BITS)
#define REGION_MASK (REGION_BYTES - 1)

static inline unsigned plane_of(uintptr_t address)
{
    return (address >> 3) & 1;
}

static inline unsigned slot_shift(const struct block_table *table)
{
    return table->low ? 2 : 3;
}

static size_t region_slots_bytes(const struct block_table *table)
{
    return REGION_BYTES >> table->granule_bits << slot_shift(table);
}

static inline void *region_at(const struct block_table *table, unsigned plane, uintptr_t address)
{
    void *_Atomic *directory = table->directory[plane];
    if (!directory || address >> BLOCK_ADDRESS_BITS != 0)
        return NULL;
    return atomic_load_explicit(&directory[address >> BLOCK_REGION_BITS], memory_order_acquire);
}

/* NULL where the region isn't mapped. */
static inline void *slot_at(const struct block_table *table, unsigned plane, uintptr_t address)
{
    char *region = region_at(table, plane, address);
    if (!region)
        return NULL;
    return region + ((address & REGION_MASK) >> table->granule_bits << slot_shift(table));
}

static inline uint64_t slot_load(const struct block_table *table, const void *slot)
{
    return table->low ? *(const volatile uint32_t *)slot : *(const volatile uint64_t *)slot;
}

static inline void slot_store(const struct block_table *table, void *slot, uint64_t value)
{
    if (table->low)
        *(volatile uint32_t *)slot = (uint32_t)value;
    else
        *(volatile uint64_t *)slot = value;
}

static inline bool is_block(uint64_t slot)
{
    return slot != 0 && (slot & SECOND) == 0;
}

bool block_table_init(struct block_table *table, unsigned granule_bits, bool low)
{
    unsigned planes = granule_bits == 5 ? 1 : BLOCK_PLANES;
    *table = (struct block_table){.granule_bits = granule_bits, .low = low};
    for (unsigned plane = 0; plane < planes; plane++) {
        table->directory[plane] = pages_map(BLOCK_DIRECTORY_ENTRIES * sizeof(void *));
        if (!table->directory[plane])
            return false;
    }
    return true;
}

/*
 * Whether a region's slots are in use all over. Then its neighbour is worth huge pages, which make
 * a fork of a large heap cheaper; a lonely small heap (one for each thread) is not.
 */
static bool is_dense(const struct block_table *table, const char *region)
{
    enum { SAMPLES = 64, SAMPLE_SLOTS = 64, ENOUGH = SAMPLES / 2 };
    if (!region)
        return false;
    unsigned used = 0;
    size_t step = region_slots_bytes(table) / SAMPLES;
    for (unsigned sample = 0; sample < SAMPLES; sample++) {
        const uint32_t *words = (const uint32_t *)(region + sample * step);
        uint32_t any = 0;
        for (unsigned i = 0; i < SAMPLE_SLOTS; i++)
            any |= words[i];
        used += any != 0;
    }
    return used >= ENOUGH;
}

static bool is_neighbour_dense(const struct block_table *table, unsigned plane, uintptr_t address)
{
    return is_dense(table, region_at(table, plane, address - REGION_BYTES)) ||
           is_dense(table, region_at(table, plane, address + REGION_BYTES));
}

__attribute__((noinline, cold)) static bool region_create(struct block_table *table, unsigned plane,
                                                          uintptr_t address)
{
    if (!table->directory[plane] || address >> BLOCK_ADDRESS_BITS != 0)
        return false;
    size_t bytes = region_slots_bytes(table);
    void *fresh =
        is_neighbour_dense(table, plane, address) ? pages_map_huge(bytes) : pages_map(bytes);
    if (!fresh)
        return false;
    void *expected = NULL;
    if (!atomic_compare_exchange_strong(&table->directory[plane][address >> BLOCK_REGION_BITS],
                                        &expected, fresh))
        pages_unmap(fresh, bytes);
    return true;
}

static inline void *slot_make(struct block_table *table, unsigned plane, uintptr_t address)
{
    void *slot = slot_at(table, plane, address);
    if (__builtin_expect(!slot, 0) && region_create(table, plane, address))
        slot = slot_at(table, plane, address);
    return slot;
}

/* The slots after the first, which may lie in the next region. */
static bool store_size(struct block_table *table, const struct block *block, unsigned slots)
{
    unsigned bits = table->low ? SECOND_BITS_LOW : 63;
    uint64_t rest = block->bytes;
    for (unsigned i = 1; i <= slots; i++) {
        void *slot = slot_make(table, plane_of(block->address),
                               block->address + ((uintptr_t)i << table->granule_bits));
        if (!slot)
            return false;
        slot_store(table, slot, rest << 1 | SECOND);
        rest = rest >> bits;
    }
    return true;
}

static uint64_t load_size(const struct block_table *table, uintptr_t address, unsigned slots)
{
    uint64_t bytes = 0;
    for (unsigned i = slots; i >= 1; i--) {
        const void *slot =
            slot_at(table, plane_of(address), address + ((uintptr_t)i << table->granule_bits));
        uint64_t part = slot ? slot_load(table, slot) >> 1 : 0;
        bytes = slots == 1 ? part : bytes << SECOND_BITS_LOW | part;
    }
    return bytes;
}

static inline unsigned size_code(const struct block_table *table, size_t bytes)
{
    if (bytes <= SIZE_INLINE_MAX)
        return (unsigned)bytes;
    return table->low && bytes >> SECOND_BITS_LOW != 0 ? SIZE_IN_TWO_SLOTS : SIZE_IN_ONE_SLOT;
}

bool block_table_insert(struct block_table *table, const struct block *block)
{
    void *slot = slot_make(table, plane_of(block->address), block->address);
    if (__builtin_expect(!slot, 0))
        return false;
    unsigned code = size_code(table, block->bytes);
    if (code > SIZE_INLINE_MAX && !store_size(table, block, code == SIZE_IN_TWO_SLOTS ? 2 : 1))
        return false;
    uint64_t stack = (uint64_t)block->stack + 1;
    if (__builtin_expect(stack >> (table->low ? STACK_BITS_LOW : STACK_BITS) != 0, 0))
        stack = 1;
    uint64_t birth = block->birth < BIRTH_MAX ? block->birth : BIRTH_MAX;
    slot_store(table, slot,
               (uint64_t)((block->address >> 4 & 1) << A4_SHIFT) | (uint64_t)code << SIZE_SHIFT |
                   stack << STACK_SHIFT | (table->low ? 0 : birth << BIRTH_SHIFT));
    return true;
}

static void decode(const struct block_table *table, uintptr_t address, uint64_t slot,
                   struct block *ret_block)
{
    unsigned code = (slot >> SIZE_SHIFT) & SIZE_MASK;
    ret_block->address = address;
    ret_block->stack = (uint32_t)((slot >> STACK_SHIFT & ((1u << STACK_BITS) - 1)) - 1);
    ret_block->birth = (uint32_t)(slot >> BIRTH_SHIFT);
    ret_block->bytes = code <= SIZE_INLINE_MAX
                           ? code
                           : load_size(table, address, code == SIZE_IN_ONE_SLOT ? 1 : 2);
}

/* Does the block in this slot start at exactly this address? Bit 3 chose the plane. */
static inline bool is_at(uint64_t slot, uintptr_t address)
{
    return is_block(slot) && (slot >> A4_SHIFT & 1) == (address >> 4 & 1) && (address & 7) == 0;
}

bool block_table_remove(struct block_table *table, uintptr_t address, struct block *ret_block)
{
    void *slot = slot_at(table, plane_of(address), address);
    if (!slot)
        return false;
    uint64_t value = slot_load(table, slot);
    if (!is_at(value, address))
        return false;
    decode(table, address, value, ret_block);
    slot_store(table, slot, 0);
    return true;
}

bool block_table_find(const struct block_table *table, uintptr_t address, struct block *ret_block)
{
    const void *slot = slot_at(table, plane_of(address), address);
    if (!slot)
        return false;
    uint64_t value = slot_load(table, slot);
    if (!is_at(value, address))
        return false;
    decode(table, address, value, ret_block);
    return true;
}

/* The start of the granule at address, with the block's own bit 4 and the plane's bit 3. */
static uintptr_t block_address(const struct block_table *table, uintptr_t address, unsigned plane,
                               uint64_t slot)
{
    uintptr_t granule = address >> table->granule_bits << table->granule_bits;
    return (granule & ~(uintptr_t)16) | (slot >> A4_SHIFT & 1) << 4 | (uintptr_t)plane << 3;
}

/* The first block at or after *address in its region; moves *address on to where it stopped. */
static bool next_in_region(const struct block_table *table, uintptr_t *address,
                           struct block *ret_block)
{
    uintptr_t granule = (uintptr_t)1 << table->granule_bits;
    uintptr_t end = (*address | REGION_MASK) + 1;
    const void *first[BLOCK_PLANES];
    for (unsigned plane = 0; plane < BLOCK_PLANES; plane++)
        first[plane] = region_at(table, plane, *address);

    for (uintptr_t at = *address; at < end; at = (at & -granule) + granule) {
        size_t offset = (at & REGION_MASK) >> table->granule_bits << slot_shift(table);
        for (unsigned plane = 0; plane < BLOCK_PLANES; plane++) {
            uint64_t slot =
                first[plane] ? slot_load(table, (const char *)first[plane] + offset) : 0;
            uintptr_t found = is_block(slot) ? block_address(table, at, plane, slot) : 0;
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
        if (!region_at(table, 0, address) && !region_at(table, 1, address)) {
            address = (address | REGION_MASK) + 1;
        } else if (next_in_region(table, &address, ret_block)) {
            *cursor = address;
            return true;
        }
    }
    *cursor = address;
    return false;
}
