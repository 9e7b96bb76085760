/*
 * The regions of the block table, and how those that became empty are given back while the program
 * runs.
 *
 * Inserting into a region is a plain store without any lock, so a region may only be unmapped when
 * no thread can be about to store into it. That is known while a dump has all threads stopped
 * outside of the tracker: then the regions are laid to rest, that is, taken out of the directory.
 * From there on whoever needs one does not find it, comes here, and wakes it. Meanwhile the dump's
 * child, which has to go through all slots of its copy anyway, notes which regions hold no block.
 * At its end, those of them that are still at rest are as empty as they were at the fork, and go;
 * the others are woken. So the pause grows by two stores for each region, an allocation by nothing,
 * and the first access to each region after a dump by a look along the regions' records.
 *
 * All lock-free; may run in signal handlers.
 */
#ifndef CAULK_BLOCK_REGIONS_H
#define CAULK_BLOCK_REGIONS_H

#include <stdbool.h>
#include <stdint.h>

#define BLOCK_REGIONS_MAX 4096u /* 256 GB of address space; regions beyond it stay */

struct block_table;
struct pagemap;

/* One bit for each region that could be given back. */
struct block_regions_empty {
    uint64_t bits[BLOCK_REGIONS_MAX / 64];
};

/* False when there is no memory. */
bool block_regions_init(struct block_table *table);

/* A region that has just come into the directory, at that address's place. */
void block_regions_add(struct block_table *table, unsigned plane, uintptr_t address, void *slots);

/* Where the directory has no region: true where one was at rest, and now is in it. */
bool block_regions_wake(const struct block_table *table, unsigned plane, uintptr_t address);
void block_regions_wake_all(const struct block_table *table);

/* Only while all other threads are stopped outside of the tracker. */
void block_regions_rest(const struct block_table *table);

/* In the dump's child, whose copy has all of them awake: notes which parts of them were never
 * touched, so that whoever looks through all blocks there passes over them. */
void block_regions_note_untouched(const struct block_table *table, struct pagemap *pagemap);

/* There too. */
void block_regions_find_empty(const struct block_table *table,
                              struct block_regions_empty *ret_empty);

/* Unmaps those that were found empty and are still at rest; wakes the others. */
void block_regions_give_back(const struct block_table *table,
                             const struct block_regions_empty *empty);

#endif
