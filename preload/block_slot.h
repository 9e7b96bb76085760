/*
 * A slot of the block table, and the way to it: what the hot paths inline. From its lowest bit:
 *
 *    1   2      8                  36                     64
 *   |0|a4| size |  stack node + 1  |      birth tick      |    a block starts in this granule
 *   |1|                     size                          |    the second slot of such a block
 *
 * With `low` it ends at bit 32: 24 bits of stack, 31 of size. An empty slot is 0. Freeing clears
 * the first slot only: a second slot left behind says by its lowest bit that no block starts there.
 */
#ifndef CAULK_BLOCK_SLOT_H
#define CAULK_BLOCK_SLOT_H

#include <stdatomic.h>

#include "preload/block_table.h"

#define SLOT_SECOND 1u /* tag of a second (third) slot */
#define SLOT_A4_SHIFT 1
#define SLOT_SIZE_SHIFT 2
#define SLOT_SIZE_MASK 63u
#define SLOT_STACK_SHIFT 8
#define SLOT_STACK_BITS 28
#define SLOT_STACK_BITS_LOW 24
#define SLOT_BIRTH_SHIFT 36
#define SLOT_BIRTH_MAX ((1u << 28) - 1)

#define SLOT_SIZE_MAX 56u     /* more asked for: at least 64 usable, two granules of 32 */
#define SLOT_SIZE_IN_NEXT 63u /* codes in the size field: where the size lies instead */
#define SLOT_SIZE_IN_NEXT_TWO 62u
#define SLOT_SECOND_BITS_LOW 31 /* of a size in one slot, with `low` */

#define BLOCK_REGION_BYTES ((uintptr_t)1 << BLOCK_REGION_BITS)
#define BLOCK_REGION_MASK (BLOCK_REGION_BYTES - 1)

static inline unsigned block_plane_of(uintptr_t address)
{
    return (address >> 3) & 1;
}

static inline unsigned slot_shift(const struct block_table *table)
{
    return table->low ? 2 : 3;
}

static inline size_t block_region_slots_bytes(const struct block_table *table)
{
    return BLOCK_REGION_BYTES >> table->granule_bits << slot_shift(table);
}

/* What is mapped at once in a region that fills up, and a region's notes, behind its slots. */
#define BLOCK_CHUNK_BYTES (64u << 10)
#define BLOCK_SLOTS_MAX_BYTES ((uint32_t)1 << (BLOCK_REGION_BITS - 4 + 3))
#define BLOCK_CHUNKS_MAX (BLOCK_SLOTS_MAX_BYTES / BLOCK_CHUNK_BYTES)
#define BLOCK_PAGE_BYTES 4096u
#define BLOCK_PAGES_MAX (BLOCK_SLOTS_MAX_BYTES / BLOCK_PAGE_BYTES)

struct block_notes {
    _Atomic uint8_t chunk_in_use[BLOCK_CHUNKS_MAX];
    /* One bit for each page. Only ever in a dump's child: no slot there was ever written. */
    uint64_t page_untouched[BLOCK_PAGES_MAX / 64];
};

static inline size_t block_region_bytes(const struct block_table *table)
{
    return block_region_slots_bytes(table) + sizeof(struct block_notes);
}

static inline struct block_notes *block_region_notes(const struct block_table *table, void *region)
{
    return (struct block_notes *)((char *)region + block_region_slots_bytes(table));
}

static inline void *block_region_at(const struct block_table *table, unsigned plane,
                                    uintptr_t address)
{
    void *_Atomic *directory = table->directory[plane];
    if (!directory || address >> BLOCK_ADDRESS_BITS != 0)
        return NULL;
    return atomic_load_explicit(&directory[address >> BLOCK_REGION_BITS], memory_order_acquire);
}

/* NULL where the region isn't mapped. */
static inline void *slot_at(const struct block_table *table, unsigned plane, uintptr_t address)
{
    char *region = block_region_at(table, plane, address);
    if (!region)
        return NULL;
    return region + ((address & BLOCK_REGION_MASK) >> table->granule_bits << slot_shift(table));
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

static inline bool slot_is_block(uint64_t slot)
{
    return slot != 0 && (slot & SLOT_SECOND) == 0;
}

/* Does the block in this slot start at exactly this address? Bit 3 chose the plane. */
static inline bool slot_is_at(uint64_t slot, uintptr_t address)
{
    return slot_is_block(slot) && (slot >> SLOT_A4_SHIFT & 1) == (address >> 4 & 1) &&
           (address & 7) == 0;
}

/* Its second slot would lie in the next region. */
static inline bool slot_ends_region(const struct block_table *table, uintptr_t address)
{
    return (address & BLOCK_REGION_MASK) + ((uintptr_t)1 << table->granule_bits) >=
           BLOCK_REGION_BYTES;
}

/*
 * The common case: 8-byte slots, an address that 16 divides, its region mapped. NULL for all
 * others. (Such an address is in plane 0; `plain` is NULL with `low`.)
 */
static inline uint64_t *slot_plain(const struct block_table *table, uintptr_t address)
{
    const uintptr_t strange = 15 | ~(((uintptr_t)1 << BLOCK_ADDRESS_BITS) - 1);
    if (__builtin_expect((address & strange) != 0 || !table->plain, 0))
        return NULL;
    char *region =
        atomic_load_explicit(&table->plain[address >> BLOCK_REGION_BITS], memory_order_acquire);
    if (__builtin_expect(!region, 0))
        return NULL;
    return (uint64_t *)region + ((address & BLOCK_REGION_MASK) >> table->granule_bits);
}

/* slot_is_at() for such an address: its bits 3 and 4 have to be in the slot's lowest. */
static inline bool slot_is_plainly_at(uint64_t slot, uintptr_t address)
{
    return slot != 0 && ((slot ^ address >> 3) & (SLOT_SECOND | 1u << SLOT_A4_SHIFT)) == 0;
}
_Static_assert(SLOT_SECOND == 1 && SLOT_A4_SHIFT == 1, "as address bits 3 and 4 lie");

/* block_table_insert in the common case, with what slot_plain() gave for the address. False for all
 * others; nothing was done then. */
static inline bool block_slot_fill(const struct block_table *table, uint64_t *slot,
                                   uintptr_t address, size_t bytes, uint32_t stack, uint32_t birth)
{
    bool fits = ((stack + 1) | birth) >> SLOT_STACK_BITS == 0;
    if (__builtin_expect(!slot || !fits, 0))
        return false;
    uint64_t code = bytes;
    if (bytes > SLOT_SIZE_MAX) {
        if (__builtin_expect(slot_ends_region(table, address), 0))
            return false;
        slot[1] = (uint64_t)bytes << 1 | SLOT_SECOND;
        code = SLOT_SIZE_IN_NEXT;
    }
    *(volatile uint64_t *)slot = (address >> 4 & 1) << SLOT_A4_SHIFT | code << SLOT_SIZE_SHIFT |
                                 ((uint64_t)stack + 1) << SLOT_STACK_SHIFT |
                                 (uint64_t)birth << SLOT_BIRTH_SHIFT;
    return true;
}

/* block_table_remove in the same way; tells the size alone. */
static inline bool block_slot_clear(const struct block_table *table, uintptr_t address,
                                    size_t *ret_bytes)
{
    uint64_t *slot = slot_plain(table, address);
    uint64_t value = slot ? *slot : 0;
    if (__builtin_expect(!slot_is_plainly_at(value, address), 0))
        return false;
    size_t bytes = value >> SLOT_SIZE_SHIFT & SLOT_SIZE_MASK;
    if (bytes > SLOT_SIZE_MAX) {
        if (__builtin_expect(slot_ends_region(table, address), 0))
            return false;
        bytes = slot[1] >> 1;
    }
    *ret_bytes = bytes;
    *(volatile uint64_t *)slot = 0;
    return true;
}

#endif
