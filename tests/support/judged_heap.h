/* A dump's graph with its verdicts, for tests of what is made of both. */
#ifndef CAULK_TESTS_JUDGED_HEAP_H
#define CAULK_TESTS_JUDGED_HEAP_H

#include "libcaulk/verdicts.h"

struct judged_heap {
    struct dump *dump;
    struct heap_graph graph;
    struct verdicts verdicts;
};

/* The dump is the heap's from now on. */
void judged_heap_init(struct judged_heap *heap, struct dump *dump);

/* Of a line in the notation of tests/support/dump_builder.h. */
void judged_heap_of(struct judged_heap *heap, const char *line);

void judged_heap_finish(struct judged_heap *heap);

#endif
