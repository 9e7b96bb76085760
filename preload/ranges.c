/* See ranges.h: one sorted array, binary search. */
#include "preload/ranges.h"

#include <string.h>

#include "preload/page_array.h"
#include "preload/pages.h"
#include "preload/sort.h"

#define RANGES_FIRST_CAPACITY 256

static bool grow(struct ranges *ranges)
{
    struct range *items =
        page_array_grow(ranges->items, &ranges->capacity, sizeof(*items), RANGES_FIRST_CAPACITY);
    if (items)
        ranges->items = items;
    return items != NULL;
}

bool ranges_add(struct ranges *ranges, uintptr_t start, uintptr_t end)
{
    if (start >= end)
        return true;
    struct range *last = ranges->count ? &ranges->items[ranges->count - 1] : NULL;
    if (last && last->end == start) {
        last->end = end;
        return true;
    }
    if (ranges->count == ranges->capacity && !grow(ranges))
        return false;
    ranges->items[ranges->count++] = (struct range){start, end};
    return true;
}

bool ranges_add_all(struct ranges *ranges, const struct ranges *other)
{
    for (size_t i = 0; i < other->count; i++)
        if (!ranges_add(ranges, other->items[i].start, other->items[i].end))
            return false;
    return true;
}

bool ranges_cut(struct ranges *ranges, uintptr_t start, uintptr_t end)
{
    for (size_t i = 0; i < ranges->count;) {
        struct range item = ranges->items[i];
        if (item.start >= end || start >= item.end) {
            i++;
            continue;
        }
        ranges->items[i] = ranges->items[--ranges->count];
        if (!ranges_add(ranges, item.start, start < item.end ? start : item.end) ||
            !ranges_add(ranges, end, item.end))
            return false;
    }
    return true;
}

static int compare_starts(const void *a, const void *b)
{
    const struct range *left = a, *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

void ranges_settle(struct ranges *ranges)
{
    if (ranges->count == 0)
        return;
    sort_records(ranges->items, ranges->count, sizeof(*ranges->items), compare_starts);
    size_t last = 0;
    for (size_t i = 1; i < ranges->count; i++) {
        struct range item = ranges->items[i];
        if (item.start > ranges->items[last].end)
            ranges->items[++last] = item;
        else if (item.end > ranges->items[last].end)
            ranges->items[last].end = item.end;
    }
    ranges->count = last + 1;
}

/* The first range that ends after address; count when there is none. */
static size_t first_after(const struct ranges *ranges, uintptr_t address)
{
    size_t low = 0, high = ranges->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges->items[middle].end > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool ranges_contain(const struct ranges *ranges, uintptr_t address)
{
    size_t i = first_after(ranges, address);
    return i < ranges->count && ranges->items[i].start <= address;
}

bool ranges_gap(const struct ranges *ranges, uintptr_t start, uintptr_t end, struct range *ret_gap)
{
    size_t i = first_after(ranges, start);
    if (i < ranges->count && ranges->items[i].start <= start)
        start = ranges->items[i++].end;
    if (start >= end)
        return false;
    if (i < ranges->count && ranges->items[i].start < end)
        end = ranges->items[i].start;
    *ret_gap = (struct range){start, end};
    return true;
}

bool ranges_overlap(const struct ranges *ranges, uintptr_t start, uintptr_t end,
                    struct range *ret_part)
{
    size_t i = first_after(ranges, start);
    if (i == ranges->count || ranges->items[i].start >= end)
        return false;
    struct range part = ranges->items[i];
    ret_part->start = part.start > start ? part.start : start;
    ret_part->end = part.end < end ? part.end : end;
    return true;
}

void ranges_finish(struct ranges *ranges)
{
    if (ranges->items)
        pages_unmap(ranges->items, ranges->capacity * sizeof(*ranges->items));
    memset(ranges, 0, sizeof(*ranges));
}
