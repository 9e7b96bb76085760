/*
 * Breadth-first search, in as many steps as the caller likes: add nodes, run, add more, run on.
 *
 * queue[0] up to queue[count] are the nodes seen, in the order in which they were: nearer ones
 * first, at equal distance those that lead back to an earlier added node. Linear; 5 bytes a node, 9
 * with parents.
 */
#ifndef CAULK_REACH_H
#define CAULK_REACH_H

#include "libcaulk/graph.h"

struct reach {
    uint8_t *seen; /* node -> 0 or 1 */
    uint32_t *queue;
    uint32_t count;
    uint32_t done;    /* of these, the first `done` have been expanded */
    uint32_t *parent; /* node seen -> the node it was reached from, GRAPH_NONE: added; or NULL */
};

/* False where memory ran out. */
bool reach_init(struct reach *reach, uint32_t node_count, bool with_parents);
void reach_finish(struct reach *reach);

/* Adds a node that was not seen yet; of one that was, nothing changes. */
static inline void reach_add(struct reach *reach, uint32_t node)
{
    if (reach->seen[node])
        return;
    reach->seen[node] = 1;
    if (reach->parent)
        reach->parent[node] = GRAPH_NONE;
    reach->queue[reach->count++] = node;
}

/* Follows the chosen edges from all nodes not expanded yet. */
void reach_run(struct reach *reach, const struct graph *graph, struct edge_choice choice);

#endif
