/*
 * CPython keeps objects that are freed often for the next of their type: lists, dictionaries and
 * dictionaries' keys each in an array of 80 pointers, whose first so many are in use. It clears
 * neither the entries behind those nor what is in freed keys, so that both still point to what has
 * long been something else. 3.10 to 3.13: the arrays lie near each other in the interpreter's
 * state, which they did not before, and after that there are none.
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
