/*
 * A record for each region. Its state decides who may do what:
 *
 *   FREE -> BUSY -> AWAKE      being filled in, then in the directory (or about to be)
 *   AWAKE -> RESTING           by who has stopped all threads
 *   RESTING -> AWAKE           by who needs it first
 *   RESTING -> BUSY -> FREE    by who gives it back
 *
 * A thread inside the tracker holds off the next AWAKE -> RESTING, so a record that it has seen
 * AWAKE stays so. Waking is the change of state; putting the region back into the directory
 * afterwards is something that anybody who comes there meanwhile does too: nobody waits for one
 * that was interrupted in between.
 */
#include "preload/block_regions.h"

#include <stdatomic.h>
#include <string.h>

#include "preload/block_slot.h"
#include "preload/pagemap.h"
#include "preload/pages.h"

enum region_state { REGION_FREE, REGION_BUSY, REGION_AWAKE, REGION_RESTING };

struct block_region {
    _Atomic uint32_t state;
    _Atomic uint32_t entry; /* of the directory */
    _Atomic uint32_t plane;
    void *_Atomic slots;
};

struct block_regions {
    _Atomic uint32_t used; /* no record from here on was ever in use */
    _Atomic bool any_rest; /* some region has been laid to rest, once */
    struct block_region items[BLOCK_REGIONS_MAX];
};

bool block_regions_init(struct block_table *table)
{
    table->regions = pages_map(sizeof(*table->regions));
    return table->regions != NULL;
}

static void note_use(struct block_regions *regions, uint32_t number)
{
    uint32_t used = regions->used;
    while (used <= number && !atomic_compare_exchange_weak(&regions->used, &used, number + 1))
        continue;
}

void block_regions_add(struct block_table *table, unsigned plane, uintptr_t address, void *slots)
{
    struct block_regions *regions = table->regions;
    for (uint32_t i = 0; i < BLOCK_REGIONS_MAX; i++) {
        struct block_region *region = &regions->items[i];
        uint32_t none = REGION_FREE;
        if (!atomic_compare_exchange_strong(&region->state, &none, REGION_BUSY))
            continue;
        region->entry = (uint32_t)(address >> BLOCK_REGION_BITS);
        region->plane = plane;
        region->slots = slots;
        region->state = REGION_AWAKE;
        note_use(regions, i);
        return;
    }
}

static bool wake(struct block_region *region)
{
    uint32_t state = REGION_RESTING;
    return atomic_compare_exchange_strong(&region->state, &state, REGION_AWAKE) ||
           state == REGION_AWAKE;
}

static void put_back(const struct block_table *table, struct block_region *region)
{
    table->directory[region->plane][region->entry] = region->slots;
}

static bool is_of(const struct block_region *region, unsigned plane, uint32_t entry)
{
    return region->state >= REGION_AWAKE && region->entry == entry && region->plane == plane;
}

/* A record that was given back and used again before it was awake is another region's by now. */
bool block_regions_wake(const struct block_table *table, unsigned plane, uintptr_t address)
{
    struct block_regions *regions = table->regions;
    uint32_t entry = (uint32_t)(address >> BLOCK_REGION_BITS);
    for (uint32_t i = 0; regions->any_rest && i < regions->used; i++) {
        struct block_region *region = &regions->items[i];
        if (is_of(region, plane, entry) && wake(region) && is_of(region, plane, entry)) {
            put_back(table, region);
            return true;
        }
    }
    return false;
}

void block_regions_wake_all(const struct block_table *table)
{
    for (uint32_t i = 0; i < table->regions->used; i++)
        if (wake(&table->regions->items[i]))
            put_back(table, &table->regions->items[i]);
}

void block_regions_rest(const struct block_table *table)
{
    table->regions->any_rest = true;
    for (uint32_t i = 0; i < table->regions->used; i++) {
        struct block_region *region = &table->regions->items[i];
        if (region->state != REGION_AWAKE)
            continue;
        table->directory[region->plane][region->entry] = NULL;
        region->state = REGION_RESTING;
    }
}

static void note_untouched(const struct block_table *table, void *region, struct pagemap *pagemap)
{
    struct block_notes *notes = block_region_notes(table, region);
    uintptr_t start = (uintptr_t)region, at = start;
    uintptr_t end = start + block_region_slots_bytes(table);
    struct range run;
    memset(notes->page_untouched, 0xff, sizeof(notes->page_untouched));
    for (; pagemap_touched(pagemap, at, end, false, &run); at = run.end)
        for (uintptr_t i = run.start; i < run.end; i += BLOCK_PAGE_BYTES) {
            size_t page = (i - start) / BLOCK_PAGE_BYTES;
            notes->page_untouched[page / 64] &= ~(1ull << page % 64);
        }
}

void block_regions_note_untouched(const struct block_table *table, struct pagemap *pagemap)
{
    for (uint32_t i = 0; i < table->regions->used; i++)
        if (table->regions->items[i].state == REGION_AWAKE)
            note_untouched(table, table->regions->items[i].slots, pagemap);
}

void block_regions_find_empty(const struct block_table *table,
                              struct block_regions_empty *ret_empty)
{
    for (uint32_t i = 0; i < table->regions->used; i++) {
        const struct block_region *region = &table->regions->items[i];
        if (region->state == REGION_AWAKE &&
            block_table_is_empty(table, (uintptr_t)region->entry << BLOCK_REGION_BITS))
            ret_empty->bits[i / 64] |= 1ull << i % 64;
    }
}

static void unmap(const struct block_table *table, struct block_region *region)
{
    uint32_t resting = REGION_RESTING;
    if (!atomic_compare_exchange_strong(&region->state, &resting, REGION_BUSY))
        return;
    pages_unmap(region->slots, block_region_bytes(table));
    region->state = REGION_FREE;
}

void block_regions_give_back(const struct block_table *table,
                             const struct block_regions_empty *empty)
{
    for (uint32_t i = 0; i < table->regions->used; i++)
        if (empty->bits[i / 64] >> i % 64 & 1)
            unmap(table, &table->regions->items[i]);
    block_regions_wake_all(table);
}
