/*
 * Edges that are no pointers seen in memory: those that the program declared (caulk_own), and from
 * each block that lies in a pool to the innermost pool around it.
 */
#ifndef CAULK_EXTRA_EDGES_H
#define CAULK_EXTRA_EDGES_H

#include "libcaulk/dump.h"

struct extra_edge {
    uint32_t from, to;
    bool declared; /* else from a block to its pool */
};

struct extra_edges {
    struct extra_edge *edge; /* by `from`, ascending */
    uint64_t count;
    uint64_t declared_count;
    uint8_t *hollow; /* block -> 1: a pool with a live block inside; NULL where there is none */
};

/* Linear but for sorting the edges found. False where memory ran out. */
bool extra_edges_init(struct extra_edges *extra, const struct dump *dump);
void extra_edges_finish(struct extra_edges *extra);

#endif
