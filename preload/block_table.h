/*
 * The live blocks: shadow slots, in two levels. A directory with an entry for each 64 MB of address
 * space leads to regions, mapped when first used, with a slot for each granule of 32 bytes (glibc,
 * whose blocks are at least 32 bytes apart) or 16 (other allocators pack tighter). Recording a
 * block is one store, forgetting it one load and one store: no lock, no hash, no probe.
 *
 * A slot of 8 bytes holds: live (the stack node is stored plus one, 28 bits), the birth tick (28
 * bits), address bit 4 with the 32-byte granule, and the size where it is at most 56 bytes (6
 * bits). A block of 57 bytes asked for is 64 and more usable: it owns the next slot too, and the
 * size lies there. With `low` slots have 4 bytes: no birth tick, 24 bits of stack, and sizes of
 * 2 GB and more take two more slots. Blocks at addresses that are 8 modulo 16 (the smallest class
 * of jemalloc and others) live in a second plane of regions, so that a slot always belongs to one
 * block.
 *
 * Regions that became empty are given back at dumps (preload/block_regions.h), so nobody may keep a
 * region's address beyond a call.
 *
 * insert and remove of one address are ordered by the allocator itself: no two threads own it at
 * once. Everything here may run in signal handlers and is async-signal-safe.
 */
#ifndef CAULK_BLOCK_TABLE_H
#define CAULK_BLOCK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOCK_REGION_BITS 26 /* 64 MB of address space */
#define BLOCK_ADDRESS_BITS 47
#define BLOCK_DIRECTORY_ENTRIES (1u << (BLOCK_ADDRESS_BITS - BLOCK_REGION_BITS))
#define BLOCK_ENTRIES_ON_PAGE 512u
#define BLOCK_DIRECTORY_PAGES (BLOCK_DIRECTORY_ENTRIES / BLOCK_ENTRIES_ON_PAGE)
#define BLOCK_PLANES 2u /* address bit 3 */

struct block_regions;

struct block_table {
    struct block_regions *regions; /* preload/block_regions.h */
    void *_Atomic *directory[BLOCK_PLANES];
    void *_Atomic *plain;  /* directory[0] where slots have 8 bytes, else NULL */
    unsigned granule_bits; /* 5 or 4 */
    bool low;
    /* One bit for each page of the directories: set where a region was ever made. */
    _Atomic uint64_t used[BLOCK_DIRECTORY_PAGES / 64];
};

struct block {
    uintptr_t address;
    size_t bytes;   /* as asked for */
    uint32_t stack; /* stack node, 0 unknown */
    uint32_t birth; /* tick, 0 with `low` */
};

/* False when there is no memory. */
bool block_table_init(struct block_table *table, unsigned granule_bits, bool low);

/* Can a block of so many bytes be recorded at the address? Beyond are those of 5-level paging,
 * which the kernel gives to nobody who does not ask for one. */
static inline bool block_table_reaches(uintptr_t address, size_t bytes)
{
    return address >> BLOCK_ADDRESS_BITS == 0 &&
           bytes <= ((uintptr_t)1 << BLOCK_ADDRESS_BITS) - address;
}

/* To be called for some of the small blocks, before they are inserted: where a heap has grown, maps
 * the next 64 KB of slots at once. A single block in a wide area costs no more than its page. */
void block_table_grown(struct block_table *table, uintptr_t address);

/* False when there is no memory for the region or the address is out of range: not recorded. */
bool block_table_insert(struct block_table *table, const struct block *block);

/* Forgets the block at exactly this address; false when none was recorded there. */
bool block_table_remove(struct block_table *table, uintptr_t address, struct block *ret_block);
bool block_table_find(const struct block_table *table, uintptr_t address, struct block *ret_block);

/* Live blocks in ascending order of address: *cursor is an address, 0 at first, and the block is
 * the next one at or after it; false at the end. Only while nothing changes (in the dump's child).
 */
bool block_table_next(const struct block_table *table, uintptr_t *cursor, struct block *ret_block);

/* Of the 64 MB that address lies in: no block starts there, nor does a size lie there of one that
 * starts before. Only while nothing changes. */
bool block_table_is_empty(const struct block_table *table, uintptr_t address);

#endif
