/*
 * A directed graph of nodes 0 to n-1 in compressed sparse rows. It knows nothing of heaps.
 *
 * The targets of node v's edges are target[begin[v]] up to target[begin[v + 1]]; an edge's number
 * is its index in target. Parallel edges and edges to oneself are allowed. Memory: 8 bytes a node,
 * 4 an edge. Functions that return bool return false where memory ran out, and leave their results
 * untouched then.
 */
#ifndef CAULK_GRAPH_H
#define CAULK_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAPH_NONE UINT32_MAX /* no node */

struct graph {
    uint32_t node_count;
    uint64_t edge_count;
    const uint64_t *begin;
    const uint32_t *target;
    bool borrowed; /* the arrays are another's, who outlives this graph */
};

struct graph_edge {
    uint32_t from, to;
};

/* Edges of one node keep the order in which they are given. Linear. */
bool graph_from_edges(uint32_t node_count, const struct graph_edge *edges, uint64_t edge_count,
                      struct graph *ret_graph);

/* Every edge turned round; sources of a node's edges come out in ascending order. Linear. */
bool graph_reverse(const struct graph *graph, struct graph *ret_reverse);

void graph_finish(struct graph *graph);

/* Some of a graph's nodes, in their order, with the edges between them. */
struct subgraph {
    struct graph graph;
    uint32_t *node;   /* number here -> number in the whole graph */
    uint32_t *number; /* number in the whole graph -> number here, or GRAPH_NONE */
};

/* Which edges to follow: edge e where wanted has the bit 1 << colour[e]; colour NULL: every edge.
 */
struct edge_choice {
    const uint8_t *colour;
    uint32_t wanted;
};
#define EVERY_EDGE ((struct edge_choice){NULL, 0})

static inline bool edge_chosen(struct edge_choice choice, uint64_t edge)
{
    return !choice.colour || choice.wanted >> choice.colour[edge] & 1;
}

/* Keeps the nodes with keep[node] != 0 and the chosen edges. Linear in the whole graph's nodes and
 * the kept ones' edges. */
bool subgraph_init(struct subgraph *subgraph, const struct graph *whole, const uint8_t *keep,
                   struct edge_choice choice);
void subgraph_finish(struct subgraph *subgraph);

#endif
