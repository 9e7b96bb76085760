/*
 * Huge reservations of address space (garbage collectors, sanitizers, WebAssembly: up to terabytes,
 * nearly all of it never touched), of which even asking page by page would take minutes.
 */
#ifndef CAULK_UNTOUCHED_H
#define CAULK_UNTOUCHED_H

#include <stdbool.h>

#include "preload/maps.h"
#include "preload/ranges.h"

/* Adds the large parts of huge private mappings in which no page is in memory or swapped out.
 * proc_fd: /proc/self's directory. In the dump's child only: it splits mappings to have them
 * described piece by piece. Where that fails nothing is added; false without memory. */
bool untouched_find(int proc_fd, const struct maps *maps, struct ranges *ret_ranges);

#endif
