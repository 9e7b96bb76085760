/*
 * Immediate dominators: node d dominates v when every way from the entries to v passes d.
 *
 * Semi-NCA, after L. Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (PhD
 * thesis, Princeton 2005), section 2.4, with the path compression of Lengauer and Tarjan (TOPLAS
 * 1979), made iterative. Practically linear; while it runs about 40 bytes a node and 4 an edge, or
 * 24 and 8 where that is more, 12 a node in the result.
 *
 * Nodes that can be reached are numbered from 1 in the order of a depth-first search; number 0
 * stands for a root above all entries. A dominator's number is lower than those it dominates.
 */
#ifndef CAULK_DOMINATORS_H
#define CAULK_DOMINATORS_H

#include "libcaulk/amount.h"
#include "libcaulk/graph.h"

struct dominators {
    uint32_t reached; /* numbers 1 to reached are in use */
    uint32_t *node;   /* number -> node or head */
    uint32_t *number; /* node or head -> number; 0: not reached */
    uint32_t *parent; /* number -> number of its immediate dominator */
};

/*
 * Where the search begins: at nodes of the graph, and at heads, which are nodes above it. Head h
 * has the number graph->node_count + h, and its edges are row h of `heads`, whose targets are nodes
 * of the graph.
 *
 * Entries come in tiers, tier t up to entry[tier_end[t]]. What one tier's entries lead to belongs
 * to them: edges and entries that lead there from a later tier's part count for nothing.
 */
struct dominators_entries {
    const struct graph *heads; /* NULL: none */
    const uint32_t *entry;
    const uint32_t *tier_end;
    uint32_t tier_count;
};

/* False where memory ran out. */
bool dominators_find(const struct graph *graph, const struct dominators_entries *entries,
                     struct dominators *ret_dominators);
void dominators_finish(struct dominators *dominators);

/* amount[number], for all numbers from 0: adds what each dominates to it. amount[0] becomes the
 * sum. */
void dominators_sum(const struct dominators *dominators, struct amount *amount);

/* Numbers the tree in preorder, so that what `number` dominates, itself included, are the places
 * ret_first[number] up to ret_end[number]. Both have room for reached + 1 entries. */
void dominators_intervals(const struct dominators *dominators, uint32_t *ret_first,
                          uint32_t *ret_end);

#endif
