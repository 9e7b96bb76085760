/*
 * Since 3.11 CPython has stacks of its own for its functions' frames, in mappings. What lies above
 * the top of one is left over from calls that have returned, and as little a root as what lies
 * below the stack pointer.
 */
#ifndef CAULK_PYTHON_STACKS_H
#define CAULK_PYTHON_STACKS_H

#include "preload/heap_blocks.h"
#include "preload/python.h"
#include "preload/ranges.h"

/* Adds what lies above the tops, of all threads' stacks. False when there is no memory. */
bool python_stacks_unused(const struct python *python, const struct maps *maps,
                          const struct heap_blocks *heap, struct ranges *ranges);

#endif
