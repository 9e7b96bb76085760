/*
 * Which pages an allocator that the program brings has mapped: one bit for each, set and cleared by
 * the hooks of mmap and munmap. The kernel merges a program's own anonymous mappings with the
 * allocator's, so /proc/self/maps can't tell them apart.
 *
 * Lock-free; may run wherever mmap may. Without memory pages stay unrecorded.
 */
#ifndef CAULK_ALLOCATOR_PAGES_H
#define CAULK_ALLOCATOR_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/ranges.h"

/* start: at a page boundary. Reservations of more than ALLOCATOR_PAGES_MAX_BYTES are left out. */
#define ALLOCATOR_PAGES_MAX_BYTES (64ul << 30)
void allocator_pages_mapped(uintptr_t start, size_t bytes);
void allocator_pages_unmapped(uintptr_t start, size_t bytes);

/* Runs of recorded pages, ascending, perhaps cut where one run continues: starts with *cursor = 0,
 * false at the end. */
bool allocator_pages_next(uintptr_t *cursor, struct range *ret_run);

#endif
