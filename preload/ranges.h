/*
 * A set of address ranges: collected in any order, then sorted and merged, then asked. The dump's
 * child keeps in such sets what is the allocator's, the tracker's, and what must not be scanned.
 */
#ifndef CAULK_RANGES_H
#define CAULK_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
    uintptr_t start, end;
};

/* All zero is an empty set. Memory is from pages_map(). */
struct ranges {
    struct range *items;
    size_t count, capacity;
};

/* Empty and reversed ranges are left out. False when there is no memory. */
bool ranges_add(struct ranges *ranges, uintptr_t start, uintptr_t end);
bool ranges_add_all(struct ranges *ranges, const struct ranges *other);

/* Takes [start, end) out, settled or not; the order is lost. False when there is no memory: then
 * more may have been taken out. */
bool ranges_cut(struct ranges *ranges, uintptr_t start, uintptr_t end);

/* Sorts and merges what overlaps or touches. Needed before anything below. */
void ranges_settle(struct ranges *ranges);

bool ranges_contain(const struct ranges *ranges, uintptr_t address);

/* The first part of [start, end) outside the set; false when there is none. */
bool ranges_gap(const struct ranges *ranges, uintptr_t start, uintptr_t end, struct range *ret_gap);

/* The first part of [start, end) inside the set; false when there is none. */
bool ranges_overlap(const struct ranges *ranges, uintptr_t start, uintptr_t end,
                    struct range *ret_part);

void ranges_finish(struct ranges *ranges);

#endif
