/* What goes wrong here is a fault in the test: the program ends. */
#include "tests/support/small_graph.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MOST_EDGES 4096

static struct graph build(uint32_t node_count, const struct graph_edge *edges, uint64_t edge_count)
{
    struct graph graph;
    if (!graph_from_edges(node_count, edges, edge_count, &graph))
        abort();
    return graph;
}

struct graph graph_of(const char *line)
{
    struct graph_edge edges[MOST_EDGES];
    uint64_t edge_count = 0;
    uint32_t node_count = 0;
    while (*line) {
        char *end;
        uint32_t from = (uint32_t)strtoul(line, &end, 10);
        uint32_t to = from;
        if (*end == '>') {
            to = (uint32_t)strtoul(end + 1, &end, 10);
            if (edge_count == MOST_EDGES)
                abort();
            edges[edge_count++] = (struct graph_edge){from, to};
        }
        if (from >= node_count)
            node_count = from + 1;
        if (to >= node_count)
            node_count = to + 1;
        if (*end && !isspace((unsigned char)*end))
            abort();
        line = end + strspn(end, " ");
    }
    return build(node_count, edges, edge_count);
}

struct graph random_graph(uint32_t seed, uint32_t node_count, uint32_t edge_count)
{
    struct graph_edge *edges = malloc((edge_count + 1) * sizeof(*edges));
    if (!edges)
        abort();
    for (uint32_t e = 0; e < edge_count; e++)
        edges[e] = (struct graph_edge){(uint32_t)rand_r(&seed) % node_count,
                                       (uint32_t)rand_r(&seed) % node_count};
    struct graph graph = build(node_count, edges, edge_count);
    free(edges);
    return graph;
}

struct graph chain_graph(uint32_t node_count, bool closed)
{
    struct graph_edge *edges = malloc((size_t)node_count * sizeof(*edges));
    if (!edges)
        abort();
    for (uint32_t v = 0; v < node_count; v++)
        edges[v] = (struct graph_edge){v, (v + 1) % node_count};
    struct graph graph = build(node_count, edges, closed ? node_count : node_count - 1);
    free(edges);
    return graph;
}

static void reach_on(const struct graph *graph, uint32_t node, uint32_t without, bool *seen)
{
    if (node == without || seen[node])
        return;
    seen[node] = true;
    for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++)
        reach_on(graph, graph->target[e], without, seen);
}

void reach_simply(const struct graph *graph, uint32_t from, uint32_t without, bool *ret_seen)
{
    memset(ret_seen, 0, graph->node_count * sizeof(*ret_seen));
    reach_on(graph, from, without, ret_seen);
}
