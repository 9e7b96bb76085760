/*
 * Memory of the tracker's own, straight from the kernel: anonymous, zeroed pages, private for the
 * most part, kept out of core dumps. Every mapping is recorded, so that a snapshot can leave it out
 * of the roots and count it. May run anywhere: signal handlers, before the constructor, after
 * destructors. Lock-free.
 */
#ifndef CAULK_PAGES_H
#define CAULK_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page_range {
    uintptr_t start, end;
};

/* NULL when the kernel refuses; errno is preserved. bytes is rounded up to whole pages. Small
 * pages: what is never touched costs address space alone. */
void *pages_map(size_t bytes);
void pages_unmap(void *start, size_t bytes); /* what pages_map gave, in one piece; NULL is fine */

/* The same, asking for huge pages, and beginning where one may (but from the reserve, or short of
 * address space): for memory that will be used densely. */
void *pages_map_huge(size_t bytes);

/* The same for memory that will be used all over, soon and in no order. */
void *pages_map_dense(size_t bytes);

/* The same, shared with processes that are forked from now on. NULL with errno where it is refused.
 */
void *pages_map_shared(size_t bytes);

/* Maps fresh pages of such memory that are about to be written, at half of what a fault for each of
 * them costs. Needs Linux 5.14; without it the faults do. errno is preserved. */
void pages_populate(void *start, size_t bytes);

/* Sets address space aside that later mappings come from, as far as it lasts: for a program that is
 * about to lock all its future memory, which this is not. False when there is none. */
bool pages_reserve(size_t bytes);

/* The recorded ranges and what is left of the reserve, in no order; returns how many there are
 * (more than capacity: cut). */
size_t pages_ranges(struct page_range *ret_ranges, size_t capacity);

#endif
