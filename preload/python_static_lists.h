/*
 * The arrays of freed objects of CPython 3.8 and 3.9 (see python_freed.h), which are variables of
 * the interpreter's among others. As compilers place them, the number of entries in use comes just
 * before the array, which begins a line of 32 bytes:
 *
 *     … number, padding │ entry 0, entry 1, … entry 79 │ …
 *
 * Other variables look like that too. So an array must still show what it is: some of what its
 * entries point to is of its kind, since freed memory keeps its type until it is used anew; and
 * not all of it is an object that somebody has, as in an array that owns what it points to.
 */
#ifndef CAULK_PYTHON_STATIC_LISTS_H
#define CAULK_PYTHON_STATIC_LISTS_H

#include "preload/heap_blocks.h"
#include "preload/python.h"
#include "preload/ranges.h"

/* Adds the words that are no pointers any more. False when there is no memory. */
bool python_static_lists_stale(const struct python *python, const struct maps *maps,
                               const struct heap_blocks *heap, struct ranges *ranges);

#endif
