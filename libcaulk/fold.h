/*
 * Nodes that look alike, so that one can be drawn for many.
 *
 * Each node has a colour: whatever the caller knows of it. Two nodes are alike where their colours
 * are equal and so are the sets of the colours of their successors and of their predecessors: one
 * step of partition refinement (Paige, Tarjan, "Three Partition Refinement Algorithms", SIAM J.
 * Comput. 16, 1987). One step and not all: a list then has three classes (head, middle, tail),
 * where the full refinement would tell every node from the next by its distance to the end.
 */
#ifndef CAULK_FOLD_H
#define CAULK_FOLD_H

#include "libcaulk/graph.h"

/* Mixes a number into a colour. */
uint64_t fold_mix(uint64_t colour, uint64_t number);

/*
 * Gives every node the number of its class, in *ret_class (the caller's to free), and the number of
 * classes. Classes are numbered by their first node. seen: each node's colour as its neighbours
 * see it, or NULL where neighbours don't matter. False where memory ran out. Cost: the edges,
 * sorted within each node.
 */
bool fold_alike(const struct graph *graph, const uint64_t *colour, const uint64_t *seen,
                uint32_t **ret_class, uint32_t *ret_count);

#endif
