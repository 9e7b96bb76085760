/* Whatever weakens a dump's verdicts, each in a code for scripts and a sentence for people. */
#ifndef CAULK_WARNINGS_H
#define CAULK_WARNINGS_H

#include "libcaulk/heap_graph.h"

#define WARNINGS_MAX 12 /* each of the codes below */

struct warning {
    /* unparked_threads, dropped, sampled, pymalloc, g_slice, partial_roots, no_calls, io_uring,
     * aio, heads, garbage, copies */
    const char *code;
    uint64_t count; /* threads, blocks, …; 1 where there is nothing to count */
    char text[160];
};

struct warnings {
    uint32_t count;
    struct warning warning[WARNINGS_MAX];
};

/* Linear in the dump's pointers. */
void warnings_collect(const struct heap_graph *heap, struct warnings *ret_warnings);

#endif
