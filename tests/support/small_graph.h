/* Small graphs for tests of graph algorithms: from a line, or at random. */
#ifndef CAULK_TESTS_SMALL_GRAPH_H
#define CAULK_TESTS_SMALL_GRAPH_H

#include "libcaulk/graph.h"

/* "0>1 1>2 3": edges, and nodes that may have none. Nodes 0 to the largest named exist. */
struct graph graph_of(const char *line);

/* The same for equal seeds. */
struct graph random_graph(uint32_t seed, uint32_t node_count, uint32_t edge_count);

/* 0>1 1>2 … n-2>n-1, and with `closed` n-1>0. */
struct graph chain_graph(uint32_t node_count, bool closed);

/* The nodes that can be reached from `from` without passing `without` (GRAPH_NONE: any), by the
 * most simple of searches: ret_seen[node]. */
void reach_simply(const struct graph *graph, uint32_t from, uint32_t without, bool *ret_seen);

#endif
