/*
 * CPython keeps the syntax tree of the script that it runs, for as long as it runs it, in an arena:
 * blocks that are filled from below and never cleared. What lies above is left over from others.
 */
#ifndef CAULK_PYTHON_ARENAS_H
#define CAULK_PYTHON_ARENAS_H

#include "preload/heap_blocks.h"
#include "preload/python.h"
#include "preload/ranges.h"

/* Adds what is unused of the block where it is one of an arena's. False when there is no memory. */
bool python_arena_unused(const struct python *python, const struct heap_block *block,
                         struct ranges *ranges);

#endif
