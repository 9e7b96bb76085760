/* Heaps that are built (tests/support/dump_builder.h), opened as commands open a dump. */
#ifndef CAULK_TESTS_OPENED_HEAP_H
#define CAULK_TESTS_OPENED_HEAP_H

#include "cli/opened.h"
#include "tests/support/dump_builder.h"

/* Destroys the builder. Finish with opened_finish(). */
void opened_heap_of(struct dump_builder *builder, struct opened *ret_opened);

/* Of a line in the builder's notation, with its owners found. */
void opened_heap(const char *line, struct opened *ret_opened);

#endif
