/*
 * A sorted array. Ranges may nest and overlap (assembly, aliases, what linkers make), so beside
 * each one stands how far it and all before it reach: going back from the last range that starts at
 * or before the address, the search stops where nothing earlier can cover it.
 */
#include "libcaulk/range_table.h"

#include <stdlib.h>

#include "libcaulk/memory.h"

void range_table_finish(struct range_table *table)
{
    free(table->ranges);
    free(table->reach);
    *table = (struct range_table){0};
}

void range_table_add(struct range_table *table, const struct range *range)
{
    if (!range->bytes)
        return;
    table->ranges = need_room(table->ranges, table->count, sizeof(*table->ranges));
    table->ranges[table->count++] = *range;
}

/* By start; of those with equal start the larger first, so that the innermost comes last, and of
 * equal ranges the best one last. */
static int compare_ranges(const void *left, const void *right)
{
    const struct range *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->value > b->value ? -1 : a->value < b->value;
}

static uint64_t range_end(const struct range *range)
{
    uint64_t end = range->start + range->bytes;
    return end < range->start ? UINT64_MAX : end;
}

void range_table_sort(struct range_table *table)
{
    if (!table->count)
        return;
    qsort(table->ranges, table->count, sizeof(*table->ranges), compare_ranges);
    free(table->reach);
    table->reach = allocate(table->count, sizeof(*table->reach));
    uint64_t reach = 0;
    for (size_t i = 0; i < table->count; i++) {
        uint64_t end = range_end(&table->ranges[i]);
        reach = end > reach ? end : reach;
        table->reach[i] = reach;
    }
}

const struct range *range_table_find(const struct range_table *table, uint64_t address)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->ranges[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i-- > 0 && table->reach[i] > address;)
        if (range_end(&table->ranges[i]) > address)
            return &table->ranges[i];
    return NULL;
}
