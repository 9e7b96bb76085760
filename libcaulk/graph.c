/*
 * Compressed sparse rows: two arrays are the whole graph, so that a search touches memory in order
 * and a graph of 30,000,000 edges costs 4 bytes for each.
 *
 * Every builder here is a counting sort in two passes. Between the passes begin[v + 1] counts
 * node v's edges; the filling pass moves begin[v] forward and the last step shifts it back by one
 * node.
 */
#include "libcaulk/graph.h"

#include <stdlib.h>

/* Arrays to be filled, before they are handed to a graph as constant. */
struct rows {
    uint64_t *begin;
    uint32_t *target;
};

/* Room for one entry even where there are no nodes or edges: malloc(0) may be NULL. */
static bool rows_init(struct rows *rows, uint32_t node_count, uint64_t edge_count)
{
    rows->begin = calloc((uint64_t)node_count + 1, sizeof(*rows->begin));
    rows->target = malloc((edge_count + 1) * sizeof(*rows->target));
    if (rows->begin && rows->target)
        return true;
    free(rows->begin);
    free(rows->target);
    return false;
}

/* Counts in begin[v + 1] become starts in begin[v]; afterwards begin[v + 1] is node v's fill mark.
 */
static void rows_start(struct rows *rows, uint32_t node_count)
{
    uint64_t start = 0;
    for (uint64_t v = 1; v <= node_count; v++) {
        uint64_t count = rows->begin[v];
        rows->begin[v] = start;
        start += count;
    }
}

static void rows_add(struct rows *rows, uint32_t from, uint32_t to)
{
    rows->target[rows->begin[(uint64_t)from + 1]++] = to;
}

static struct graph rows_graph(struct rows rows, uint32_t node_count, uint64_t edge_count)
{
    return (struct graph){node_count, edge_count, rows.begin, rows.target, false};
}

bool graph_from_edges(uint32_t node_count, const struct graph_edge *edges, uint64_t edge_count,
                      struct graph *ret_graph)
{
    struct rows rows;
    if (!rows_init(&rows, node_count, edge_count))
        return false;
    for (uint64_t e = 0; e < edge_count; e++)
        rows.begin[(uint64_t)edges[e].from + 1]++;
    rows_start(&rows, node_count);
    for (uint64_t e = 0; e < edge_count; e++)
        rows_add(&rows, edges[e].from, edges[e].to);
    *ret_graph = rows_graph(rows, node_count, edge_count);
    return true;
}

bool graph_reverse(const struct graph *graph, struct graph *ret_reverse)
{
    struct rows rows;
    if (!rows_init(&rows, graph->node_count, graph->edge_count))
        return false;
    for (uint64_t e = 0; e < graph->edge_count; e++)
        rows.begin[(uint64_t)graph->target[e] + 1]++;
    rows_start(&rows, graph->node_count);
    for (uint32_t v = 0; v < graph->node_count; v++)
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            rows_add(&rows, graph->target[e], v);
    *ret_reverse = rows_graph(rows, graph->node_count, graph->edge_count);
    return true;
}

void graph_finish(struct graph *graph)
{
    if (!graph->borrowed) {
        free((void *)graph->begin);
        free((void *)graph->target);
    }
    *graph = (struct graph){0};
}

static bool number_nodes(struct subgraph *subgraph, const struct graph *whole, const uint8_t *keep)
{
    uint32_t kept = 0;
    for (uint32_t v = 0; v < whole->node_count; v++)
        kept += keep[v] != 0;
    subgraph->graph.node_count = kept;
    subgraph->node = malloc(((size_t)kept + 1) * sizeof(*subgraph->node));
    subgraph->number = malloc(((size_t)whole->node_count + 1) * sizeof(*subgraph->number));
    if (!subgraph->node || !subgraph->number)
        return false;
    uint32_t next = 0;
    for (uint32_t v = 0; v < whole->node_count; v++) {
        subgraph->number[v] = keep[v] ? next : GRAPH_NONE;
        if (keep[v])
            subgraph->node[next++] = v;
    }
    return true;
}

static uint64_t count_kept_edges(const struct subgraph *subgraph, const struct graph *whole,
                                 struct edge_choice choice)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < subgraph->graph.node_count; i++) {
        uint32_t v = subgraph->node[i];
        for (uint64_t e = whole->begin[v]; e < whole->begin[v + 1]; e++)
            count += subgraph->number[whole->target[e]] != GRAPH_NONE && edge_chosen(choice, e);
    }
    return count;
}

static void copy_kept_edges(const struct subgraph *subgraph, const struct graph *whole,
                            struct edge_choice choice, struct rows *rows)
{
    uint64_t next = 0;
    for (uint32_t i = 0; i < subgraph->graph.node_count; i++) {
        uint32_t v = subgraph->node[i];
        rows->begin[i] = next;
        for (uint64_t e = whole->begin[v]; e < whole->begin[v + 1]; e++) {
            uint32_t to = subgraph->number[whole->target[e]];
            if (to != GRAPH_NONE && edge_chosen(choice, e))
                rows->target[next++] = to;
        }
    }
    rows->begin[subgraph->graph.node_count] = next;
}

bool subgraph_init(struct subgraph *subgraph, const struct graph *whole, const uint8_t *keep,
                   struct edge_choice choice)
{
    struct subgraph made = {0};
    struct rows rows;
    if (!number_nodes(&made, whole, keep)) {
        subgraph_finish(&made);
        return false;
    }
    uint64_t edge_count = count_kept_edges(&made, whole, choice);
    if (!rows_init(&rows, made.graph.node_count, edge_count)) {
        subgraph_finish(&made);
        return false;
    }
    copy_kept_edges(&made, whole, choice, &rows);
    made.graph = rows_graph(rows, made.graph.node_count, edge_count);
    *subgraph = made;
    return true;
}

void subgraph_finish(struct subgraph *subgraph)
{
    graph_finish(&subgraph->graph);
    free(subgraph->node);
    free(subgraph->number);
    *subgraph = (struct subgraph){0};
}
