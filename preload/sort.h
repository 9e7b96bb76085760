/*
 * Sorting without the heap: qsort() allocates. Heapsort (Williams, Floyd 1964): in place, no
 * recursion, no bad case.
 */
#ifndef CAULK_SORT_H
#define CAULK_SORT_H

#include <stddef.h>

/* items: count records of `bytes` each, a multiple of 8. compare as for qsort(). Not stable. */
void sort_records(void *items, size_t count, size_t bytes,
                  int (*compare)(const void *a, const void *b));

#endif
