/*
 * Ranges of addresses, which may nest and overlap, and what lies at an address.
 *
 * Fill with range_table_add(), then sort once, then find. What a range stands for (a symbol's name,
 * a function's place in the debug information) is the caller's number or pointer.
 */
#ifndef CAULK_RANGE_TABLE_H
#define CAULK_RANGE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct range {
    uint64_t start;
    uint64_t bytes; /* one of 0 covers nothing, and is left out */
    uint64_t value;
    uint32_t rank; /* of several equal ranges the one with the highest rank is found */
};

/* Of zeros it is empty. */
struct range_table {
    struct range *ranges;
    uint64_t *reach; /* highest end of ranges[0..i] */
    size_t count;
};

void range_table_finish(struct range_table *table);

void range_table_add(struct range_table *table, const struct range *range);
void range_table_sort(struct range_table *table); /* O(n log n) */

/* The innermost range that covers address, or NULL. O(log n) unless ranges nest deeply. */
const struct range *range_table_find(const struct range_table *table, uint64_t address);

#endif
