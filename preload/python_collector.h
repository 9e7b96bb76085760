/*
 * The state of CPython's garbage collector, found by what it looks like. For the dump's child.
 *
 * The three generations' list heads (next, previous, two counters: 24 bytes each) are followed by
 * a pointer to the first of them, in all versions from 3.8 to 3.13; the flag that gc.disable()
 * clears is 12 bytes before them. They lie in _PyRuntime or in a block that it points to.
 */
#ifndef CAULK_PYTHON_COLLECTOR_H
#define CAULK_PYTHON_COLLECTOR_H

#include "libcaulk/dump_format.h"
#include "preload/heap_blocks.h"
#include "preload/python.h"

/* The record as the dump has it; collector DUMP_COLLECTOR_UNKNOWN where it was not found. */
void python_collector_find(const struct python *python, const struct maps *maps,
                           const struct heap_blocks *heap, struct dump_python *ret_state);

#endif
