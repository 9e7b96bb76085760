/* The search order against the same search by recursion, and the listed edges against the graph. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/dominators_order.h"
#include "tests/support/small_graph.h"

#define MOST_NODES 24
#define TIERS 2

struct expected {
    uint32_t reached, number[MOST_NODES], parent[MOST_NODES + 1];
};

static void search(struct expected *expected, const struct graph *graph, uint32_t node,
                   uint32_t parent)
{
    if (expected->number[node])
        return;
    uint32_t number = expected->number[node] = ++expected->reached;
    expected->parent[number] = parent;
    for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++)
        search(expected, graph, graph->target[e], number);
}

/* Where the next listed edge leads: to what is above the earlier tiers' last number, or to 0. */
static void assert_edge(const struct dominators_order *order, uint64_t edge, uint32_t number,
                        uint32_t below)
{
    assert_int_equal(order->edge[edge], number > below ? number : 0);
}

static void assert_edges(const struct dominators_order *order, const struct graph *graph,
                         const struct dominators_entries *entries, const struct dominators *found)
{
    uint64_t next = 0;
    uint32_t entry = 0, number = 1, below = 0;
    for (uint32_t tier = 0; tier < TIERS; tier++) {
        for (; entry < entries->tier_end[tier]; entry++)
            assert_edge(order, next++, found->number[entries->entry[entry]], below);
        assert_int_equal(order->edge[next++], ROW_END);
        for (; number <= order->tier_last[tier]; number++) {
            uint32_t node = found->node[number];
            for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++)
                assert_edge(order, next++, found->number[graph->target[e]], below);
            assert_int_equal(order->edge[next++], ROW_END);
        }
        below = order->tier_last[tier];
    }
    assert_int_equal(order->edge_count, next);
    for (uint32_t i = 0; i < ORDER_LOOK_AHEAD; i++)
        assert_int_equal(order->edge[next + i], ROW_END);
}

static void assert_order(const struct graph *graph, const struct dominators_entries *entries)
{
    struct expected expected = {0};
    struct dominators found = {0};
    struct dominators_order order;
    assert_true(dominators_order_find(&order, graph, entries, &found));
    for (uint32_t i = 0; i < entries->tier_end[TIERS - 1]; i++)
        search(&expected, graph, entries->entry[i], 0);
    assert_int_equal(found.reached, expected.reached);
    for (uint32_t v = 0; v < graph->node_count; v++) {
        assert_int_equal(found.number[v], expected.number[v]);
        if (found.number[v])
            assert_int_equal(found.node[found.number[v]], v);
    }
    for (uint32_t i = 1; i <= found.reached; i++)
        assert_int_equal(found.parent[i], expected.parent[i]);
    assert_int_equal(order.tier_last[TIERS - 1], found.reached);
    assert_edges(&order, graph, entries, &found);
    dominators_order_finish(&order);
    dominators_finish(&found);
}

/* Up to seven edges a node: rows of every sort. */
static void random_graphs(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 2000; seed++) {
        uint32_t nodes = 1 + seed % MOST_NODES;
        const uint32_t entry[] = {0, seed % nodes, (seed / 7) % nodes};
        const uint32_t tier_end[TIERS] = {seed % 3, 3};
        const struct dominators_entries entries = {
            .entry = entry, .tier_end = tier_end, .tier_count = TIERS};
        struct graph graph = random_graph(seed, nodes, seed % (7 * nodes));
        assert_order(&graph, &entries);
        graph_finish(&graph);
    }
}

/* A node without edges, and rows on either side of what is short. */
static void rows_of_every_length(void **state)
{
    (void)state;
    static const char *const lines[] = {"0", "0>1 0>2 0>3 0>4", "0>1 0>2 0>3 0>4 0>5",
                                        "0>1 0>1 0>0 1>0 1>1 1>2 1>3 1>4 1>0 2>4 3>3"};
    const uint32_t entry[] = {0, 0};
    const uint32_t tier_end[TIERS] = {1, 2};
    const struct dominators_entries entries = {
        .entry = entry, .tier_end = tier_end, .tier_count = TIERS};
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct graph graph = graph_of(lines[i]);
        assert_order(&graph, &entries);
        graph_finish(&graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_graphs),
        cmocka_unit_test(rows_of_every_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
