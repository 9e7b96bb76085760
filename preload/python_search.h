/* Where CPython keeps its state: _PyRuntime, and the blocks that it points to. */
#ifndef CAULK_PYTHON_SEARCH_H
#define CAULK_PYTHON_SEARCH_H

#include "preload/heap_blocks.h"
#include "preload/python.h"

/* Looks at readable memory; runs under the fault guard, and may be ended anywhere. */
typedef void python_visit(void *context, const uint64_t *words, size_t count);

struct python_search {
    const struct python *python;
    const struct maps *maps;
    const struct heap_blocks *heap;
    python_visit *visit;
    void *context;
};

/* Visits _PyRuntime, then each block of some size that a word of it points to. */
void python_search_run(const struct python_search *search);

/* Visits the interpreter's variables. */
void python_search_variables(const struct python_search *search);

/* Visits the block that starts there; false where none of some size does. */
bool python_search_block(const struct python_search *search, uintptr_t address);

#endif
