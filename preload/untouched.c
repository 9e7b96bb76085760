/*
 * See untouched.h. The kernel tells for each mapping how much of it is in memory
 * (/proc/self/smaps), and walks its page tables for that: a hole of any size costs nothing. So a
 * huge mapping is cut into a few hundred, by advice about every other piece, which has no other
 * effect.
 */
#include "preload/untouched.h"

#include <string.h>
#include <sys/mman.h>

#include "preload/pagemap.h"

#define HUGE_BYTES (16ul << 30)
#define PIECES_MAX 256u

static bool is_huge(const struct mapping *mapping)
{
    return !mapping->shared && mapping->end - mapping->start >= HUGE_BYTES;
}

static uintptr_t piece_bytes(const struct mapping *mapping)
{
    uintptr_t bytes = (mapping->end - mapping->start) / PIECES_MAX + 1;
    bytes = bytes < HUGE_BYTES ? HUGE_BYTES : bytes;
    return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}

static void cut(const struct mapping *mapping)
{
    uintptr_t bytes = piece_bytes(mapping), start = mapping->start;
    for (; mapping->end - start > bytes; start += bytes) {
        uintptr_t odd = (start - mapping->start) / bytes % 2;
        if (odd)
            madvise((void *)start, bytes, MADV_SEQUENTIAL);
    }
}

/* The number after `key` in [text, end); false where there is none. */
static bool find_number(const char *text, const char *end, const char *key, uint64_t *ret_number)
{
    const char *at = memmem(text, (size_t)(end - text), key, strlen(key));
    if (!at)
        return false;
    for (at += strlen(key); at < end && *at == ' '; at++)
        ;
    uint64_t number = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        number = number * 10 + (uint64_t)(*at - '0');
    *ret_number = number;
    return true;
}

/* Whether smaps says so between this mapping's line and the next one's. */
static bool is_untouched(const struct maps *smaps, size_t i)
{
    const char *text = smaps->items[i].name;
    const char *end =
        i + 1 < smaps->count ? smaps->items[i + 1].name : smaps->text + smaps->text_bytes;
    uint64_t resident, swapped;
    return find_number(text, end, "\nRss:", &resident) && resident == 0 &&
           find_number(text, end, "\nSwap:", &swapped) && swapped == 0;
}

static bool add_untouched(const struct maps *maps, const struct maps *smaps,
                          struct ranges *ret_ranges)
{
    for (size_t i = 0; i < smaps->count; i++) {
        const struct mapping *piece = &smaps->items[i];
        const struct mapping *whole = maps_find(maps, piece->start);
        if (whole && is_huge(whole) && is_untouched(smaps, i) &&
            !ranges_add(ret_ranges, piece->start, piece->end))
            return false;
    }
    return true;
}

bool untouched_find(int proc_fd, const struct maps *maps, struct ranges *ret_ranges)
{
    bool any = false;
    for (size_t i = 0; i < maps->count; i++) {
        if (!is_huge(&maps->items[i]))
            continue;
        cut(&maps->items[i]);
        any = true;
    }
    struct maps smaps;
    if (!any || maps_read_smaps(proc_fd, &smaps) != 0)
        return true;
    bool added = add_untouched(maps, &smaps, ret_ranges);
    maps_finish(&smaps);
    return added;
}
