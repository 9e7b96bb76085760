/*
 * Which stacks load a module of Python's. What is allocated there is start-up, however long the
 * program takes to start, and even where it loads a module later: it happens once.
 */
#ifndef CAULK_IMPORT_STACKS_H
#define CAULK_IMPORT_STACKS_H

#include "libcaulk/dump.h"

/* By stack, 1 where it does; the caller frees it. NULL when there is no memory. */
uint8_t *import_stacks(const struct dump *dump);

#endif
