/*
 * The arrays of freed lists, dictionaries and keys (see python_freed.h) of CPython 3.10 to 3.13:
 * they lie near each other in the interpreter's state, which they did not before
 * (python_static_lists.h), and after that there are none.
 *
 * Freed lists and dictionaries themselves are objects without references: they say so, and the
 * reader knows that what they point to they do not own.
 */
#ifndef CAULK_PYTHON_FREE_LISTS_H
#define CAULK_PYTHON_FREE_LISTS_H

#include "preload/heap_blocks.h"
#include "preload/python.h"
#include "preload/ranges.h"

/* Adds the words that are no pointers any more. The three arrays are known by what their entries
 * look like; after a full collection none is in use. False when there is no memory. */
bool python_free_lists_stale(const struct python *python, const struct maps *maps,
                             const struct heap_blocks *heap, struct ranges *ranges);

#endif
