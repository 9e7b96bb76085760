/*
 * The first step towards dominators: a depth-first search that numbers what the entries lead to,
 * and lists the edges by these numbers, so that what comes after knows no nodes.
 *
 * Linear; 28 bytes a node and 4 an edge while it runs, the edges' 4 a node and an edge afterwards.
 */
#ifndef CAULK_DOMINATORS_ORDER_H
#define CAULK_DOMINATORS_ORDER_H

#include "libcaulk/dominators.h"

#define ROW_END GRAPH_NONE

/* So many entries behind the last are ends of rows too: for looking ahead. */
#define ORDER_LOOK_AHEAD 32u

struct dominators_order {
    uint32_t *edge;      /* where edges lead, row after row: of each tier the root's, then those of
                            its numbers. 0: to an earlier tier's part. A row ends with ROW_END */
    uint64_t edge_count; /* with the ends */
    uint32_t *tier_last; /* tier -> the last number that it led to */
};

/* Fills `found` with the search tree in place of the dominators. False where memory ran out: what
 * there is of it is the caller's all the same. */
bool dominators_order_find(struct dominators_order *order, const struct graph *graph,
                           const struct dominators_entries *entries, struct dominators *found);
void dominators_order_finish(struct dominators_order *order);

#endif
