/*
 * Where pointers lead anywhere, a search waits for memory at every step, as only a row tells where
 * the next one is. So a step is made to wait once: whether a node was seen is a bit, in an array
 * that the caches hold, and a short row lies where its node says, without a look at graph->begin.
 *
 * Rows are listed as they are come to. On the way back they are met again in the opposite order,
 * which memory likes, and what they lead to can be fetched ahead.
 */
#include "libcaulk/dominators_order.h"

#include <stdlib.h>
#include <string.h>

#define SHORT_TARGETS 4
#define LOOK_BACK 16u
#define FETCHED_TARGETS 8u
#define WORD_BITS 64u

/* A node's targets, in one cache line; of more than fit, only that there are: an end and something
 * after it. */
struct short_row {
    uint32_t target[SHORT_TARGETS];
};

struct search {
    const struct graph *graph;
    const struct dominators_entries *entries;
    struct dominators *found;
    struct dominators_order *order;
    struct short_row *short_row;
    uint64_t *seen;      /* a bit a node */
    uint64_t *next_edge; /* by depth, in order->edge */
};

/* The targets of a node's or a head's edges. */
struct row {
    const uint32_t *at, *end;
};

static struct row row_in(const struct graph *graph, uint32_t node)
{
    return (struct row){&graph->target[graph->begin[node]], &graph->target[graph->begin[node + 1]]};
}

static void copy_short_rows(struct search *search)
{
    memset(search->short_row, 0xff, /* ROW_END */
           search->graph->node_count * sizeof(*search->short_row));
    for (uint32_t v = 0; v < search->graph->node_count; v++) {
        uint32_t *target = search->short_row[v].target;
        struct row row = row_in(search->graph, v);
        if (row.end - row.at > SHORT_TARGETS)
            target[1] = 0;
        else
            while (row.at < row.end)
                *target++ = *row.at++;
    }
}

static inline struct row row_of(const struct search *search, uint32_t node)
{
    const struct graph *graph = search->graph;
    if (node >= graph->node_count)
        return row_in(search->entries->heads, node - graph->node_count);
    const uint32_t *target = search->short_row[node].target;
    if (target[0] == ROW_END && target[1] != ROW_END)
        return row_in(graph, node);
    struct row row = {target, target};
    while (row.end < target + SHORT_TARGETS && *row.end != ROW_END)
        row.end++;
    return row;
}

static void list_row(struct dominators_order *order, struct row row)
{
    while (row.at < row.end)
        order->edge[order->edge_count++] = *row.at++;
    order->edge[order->edge_count++] = ROW_END;
}

static inline bool is_seen(const struct search *search, uint32_t node)
{
    return search->seen[node / WORD_BITS] >> node % WORD_BITS & 1;
}

static uint32_t number_node(struct search *search, uint32_t node, uint32_t parent)
{
    uint32_t number = ++search->found->reached;
    search->seen[node / WORD_BITS] |= UINT64_C(1) << node % WORD_BITS;
    search->found->node[number] = node;
    search->found->number[node] = number;
    search->found->parent[number] = parent;
    return number;
}

static inline void fetch_row_of(const struct search *search, uint32_t node)
{
    if (node < search->graph->node_count && !is_seen(search, node))
        __builtin_prefetch(&search->short_row[node]);
}

/* Back at a row: fetches what is left of one that will be come back to later. */
static inline void look_back(const struct search *search, uint32_t depth)
{
    if (depth < LOOK_BACK)
        return;
    const uint32_t *edge = &search->order->edge[search->next_edge[depth - LOOK_BACK]];
    for (uint32_t i = 0; i < FETCHED_TARGETS && edge[i] != ROW_END; i++)
        fetch_row_of(search, edge[i]);
}

/* In a long row: what comes a few edges on, or is not of this row, which does no harm. */
static inline void look_along(const struct search *search, uint64_t edge)
{
    const struct dominators_order *order = search->order;
    if (edge + FETCHED_TARGETS < order->edge_count &&
        order->edge[edge + FETCHED_TARGETS] != ROW_END)
        fetch_row_of(search, order->edge[edge + FETCHED_TARGETS]);
}

/* Numbers what a row leads to, and lists all rows on the way. */
static void number_from(struct search *search, struct row entries)
{
    struct dominators_order *order = search->order;
    uint32_t from = 0, depth = 0;
    search->next_edge[0] = order->edge_count;
    list_row(order, entries);
    for (;;) {
        uint32_t node = order->edge[search->next_edge[depth]++];
        if (node == ROW_END) {
            if (!depth)
                return;
            look_back(search, --depth);
            look_along(search, search->next_edge[depth]);
            from = search->found->parent[from];
        } else if (!is_seen(search, node)) {
            from = number_node(search, node, from);
            search->next_edge[++depth] = order->edge_count;
            list_row(order, row_of(search, node));
        }
    }
}

/* What was listed from an edge on leads to nodes, then to numbers: above `below` to those of this
 * tier. */
static void number_edges(struct dominators_order *order, uint64_t first, const uint32_t *number,
                         uint32_t below)
{
    for (uint64_t e = first; e < order->edge_count; e++) {
        uint32_t node = order->edge[e];
        if (e + LOOK_BACK < order->edge_count && order->edge[e + LOOK_BACK] != ROW_END)
            __builtin_prefetch(&number[order->edge[e + LOOK_BACK]]);
        if (node != ROW_END)
            order->edge[e] = number[node] > below ? number[node] : 0;
    }
}

static void number_all(struct search *search)
{
    const struct dominators_entries *entries = search->entries;
    struct dominators_order *order = search->order;
    uint32_t first = 0, below = 0;
    for (uint32_t tier = 0; tier < entries->tier_count; tier++) {
        uint64_t first_edge = order->edge_count;
        number_from(search,
                    (struct row){&entries->entry[first], &entries->entry[entries->tier_end[tier]]});
        number_edges(order, first_edge, search->found->number, below);
        first = entries->tier_end[tier];
        order->tier_last[tier] = below = search->found->reached;
    }
    for (uint32_t i = 0; i < ORDER_LOOK_AHEAD; i++)
        order->edge[order->edge_count + i] = ROW_END;
}

static bool allocate(struct search *search, size_t node_count)
{
    const struct dominators_entries *entries = search->entries;
    struct dominators *found = search->found;
    struct dominators_order *order = search->order;
    uint32_t tiers = entries->tier_count;
    size_t edges = node_count + search->graph->edge_count + tiers + ORDER_LOOK_AHEAD;
    edges += entries->heads ? entries->heads->edge_count : 0;
    edges += tiers ? entries->tier_end[tiers - 1] : 0;
    found->node = malloc((node_count + 1) * sizeof(*found->node));
    found->number = calloc(node_count + 1, sizeof(*found->number));
    found->parent = malloc((node_count + 1) * sizeof(*found->parent));
    order->edge = malloc(edges * sizeof(*order->edge));
    order->tier_last = malloc((tiers + 1) * sizeof(*order->tier_last));
    search->short_row =
        malloc(((size_t)search->graph->node_count + 1) * sizeof(*search->short_row));
    search->seen = calloc(node_count / WORD_BITS + 1, sizeof(*search->seen));
    search->next_edge = malloc((node_count + 1) * sizeof(*search->next_edge));
    return found->node && found->number && found->parent && order->edge && order->tier_last &&
           search->short_row && search->seen && search->next_edge;
}

bool dominators_order_find(struct dominators_order *order, const struct graph *graph,
                           const struct dominators_entries *entries, struct dominators *found)
{
    *order = (struct dominators_order){0};
    struct search search = {.graph = graph, .entries = entries, .found = found, .order = order};
    uint32_t heads = entries->heads ? entries->heads->node_count : 0;
    bool done = allocate(&search, (size_t)graph->node_count + heads);
    if (done) {
        found->node[0] = GRAPH_NONE;
        found->parent[0] = 0;
        copy_short_rows(&search);
        number_all(&search);
    }
    free(search.short_row);
    free(search.seen);
    free(search.next_edge);
    return done;
}

void dominators_order_finish(struct dominators_order *order)
{
    free(order->edge);
    free(order->tier_last);
    *order = (struct dominators_order){0};
}
