/* Dominators against their definition: d dominates v when v can't be reached without d. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/dominators.h"
#include "tests/support/small_graph.h"

#define MOST_NODES 24

/* Node's number lies in the subtree of above's. */
static bool is_under(const struct dominators *found, uint32_t node, uint32_t above)
{
    uint32_t at = found->number[node];
    while (at > found->number[above])
        at = found->parent[at];
    return at == found->number[above];
}

static void reach_without(const struct graph *graph, const uint32_t *entries, uint32_t count,
                          uint32_t without, bool *ret_seen)
{
    bool seen[MOST_NODES];
    for (uint32_t v = 0; v < graph->node_count; v++)
        ret_seen[v] = false;
    for (uint32_t i = 0; i < count; i++) {
        reach_simply(graph, entries[i], without, seen);
        for (uint32_t v = 0; v < graph->node_count; v++)
            ret_seen[v] |= seen[v];
    }
}

static void assert_intervals(const struct graph *graph, const struct dominators *found)
{
    uint32_t first[MOST_NODES + 1], end[MOST_NODES + 1];
    struct amount amount[MOST_NODES + 1] = {{0, 0}};
    for (uint32_t i = 1; i <= found->reached; i++)
        amount[i] = (struct amount){1, 10};
    dominators_intervals(found, first, end);
    dominators_sum(found, amount);
    for (uint32_t d = 0; d < graph->node_count; d++) {
        uint32_t at = found->number[d];
        uint64_t size = 0;
        for (uint32_t v = 0; at && v < graph->node_count; v++) {
            uint32_t other = found->number[v];
            bool under = other && is_under(found, v, d);
            size += under;
            if (other)
                assert_int_equal(first[other] >= first[at] && first[other] < end[at], under);
        }
        if (at) {
            assert_int_equal(amount[at].blocks, size);
            assert_int_equal(amount[at].bytes, 10 * size);
        }
    }
    assert_int_equal(amount[0].blocks, found->reached);
}

/* One tier of entries, no heads. */
static bool find_simply(const struct graph *graph, const uint32_t *entries, uint32_t count,
                        struct dominators *ret_found)
{
    const struct dominators_entries all = {.entry = entries, .tier_end = &count, .tier_count = 1};
    return dominators_find(graph, &all, ret_found);
}

static void assert_dominators(const struct graph *graph, const uint32_t *entries, uint32_t count)
{
    struct dominators found;
    bool reached[MOST_NODES], without[MOST_NODES];
    assert_true(find_simply(graph, entries, count, &found));
    reach_without(graph, entries, count, GRAPH_NONE, reached);
    for (uint32_t d = 0; d < graph->node_count; d++) {
        assert_int_equal(found.number[d] != 0, reached[d]);
        reach_without(graph, entries, count, d, without);
        for (uint32_t v = 0; reached[d] && v < graph->node_count; v++)
            if (reached[v])
                assert_int_equal(is_under(&found, v, d), !without[v]);
    }
    assert_intervals(graph, &found);
    dominators_finish(&found);
}

static void known_graphs(void **state)
{
    (void)state;
    const uint32_t entries[] = {0, 5};
    static const char *const lines[] = {
        "0>1 0>2 1>3 2>3 3>4 5>4",
        "0>1 1>2 2>3 3>1 0>3 3>4 4>2 5",
        /* the example of Lengauer and Tarjan's paper, R to 0 and A to L from 1 */
        "0>1 0>2 0>3 1>4 2>1 2>4 2>5 3>6 3>7 4>12 5>8 6>9 7>9 7>10 8>5 8>11 9>11 10>9 11>9 11>0 "
        "12>8",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct graph graph = graph_of(lines[i]);
        assert_dominators(&graph, entries, 1);
        assert_dominators(&graph, entries, 2);
        graph_finish(&graph);
    }
}

static void random_graphs(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 2000; seed++) {
        uint32_t nodes = 1 + seed % MOST_NODES;
        const uint32_t entries[] = {0, seed % nodes, (seed / 7) % nodes};
        struct graph graph = random_graph(seed, nodes, seed % (3 * nodes));
        assert_dominators(&graph, entries, seed % 4 < 3 ? seed % 4 : 3);
        graph_finish(&graph);
    }
}

/* A graph whose last nodes are heads, nodes that no edge leads to: cut in two. */
struct headed {
    struct graph whole, nodes, heads;
};

static struct headed headed_of(uint32_t seed, uint32_t node_count, uint32_t head_count)
{
    struct graph drawn = random_graph(seed, node_count + head_count, 2 * node_count);
    struct graph_edge edge[3][4 * MOST_NODES];
    uint64_t count[3] = {0, 0, 0};
    for (uint32_t v = 0; v < drawn.node_count; v++)
        for (uint64_t e = drawn.begin[v]; e < drawn.begin[v + 1]; e++) {
            uint32_t to = drawn.target[e] % node_count;
            edge[0][count[0]++] = (struct graph_edge){v, to};
            if (v < node_count)
                edge[1][count[1]++] = (struct graph_edge){v, to};
            else
                edge[2][count[2]++] = (struct graph_edge){v - node_count, to};
        }
    graph_finish(&drawn);
    struct headed headed;
    assert_true(graph_from_edges(node_count + head_count, edge[0], count[0], &headed.whole));
    assert_true(graph_from_edges(node_count, edge[1], count[1], &headed.nodes));
    assert_true(graph_from_edges(head_count, edge[2], count[2], &headed.heads));
    return headed;
}

/* The definition: each tier's part of the graph, cut out, has the same dominators. */
static void assert_tiers(const struct headed *headed, const struct dominators_entries *entries)
{
    const struct graph *whole = &headed->whole;
    struct dominators found, alone;
    bool earlier[MOST_NODES] = {false}, now[MOST_NODES];
    assert_true(dominators_find(&headed->nodes, entries, &found));
    for (uint32_t tier = 0, first = 0; tier < entries->tier_count; tier++) {
        struct graph_edge edge[4 * MOST_NODES];
        uint64_t edges = 0;
        uint32_t entry[MOST_NODES], count = 0;
        for (uint32_t v = 0; v < whole->node_count; v++)
            for (uint64_t e = whole->begin[v]; e < whole->begin[v + 1]; e++)
                if (!earlier[v] && !earlier[whole->target[e]])
                    edge[edges++] = (struct graph_edge){v, whole->target[e]};
        for (; first < entries->tier_end[tier]; first++)
            if (!earlier[entries->entry[first]])
                entry[count++] = entries->entry[first];
        struct graph part;
        assert_true(graph_from_edges(whole->node_count, edge, edges, &part));
        assert_true(find_simply(&part, entry, count, &alone));
        reach_without(&part, entry, count, GRAPH_NONE, now);
        for (uint32_t v = 0; v < whole->node_count; v++) {
            for (uint32_t d = 0; now[v] && d < whole->node_count; d++)
                if (now[d])
                    assert_int_equal(is_under(&found, v, d), is_under(&alone, v, d));
            earlier[v] |= now[v];
        }
        dominators_finish(&alone);
        graph_finish(&part);
    }
    for (uint32_t v = 0; v < whole->node_count; v++)
        assert_int_equal(found.number[v] != 0, earlier[v]);
    dominators_finish(&found);
}

static void heads_and_tiers(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 2000; seed++) {
        uint32_t nodes = 2 + seed % 17, heads = 1 + seed % 5;
        struct headed headed = headed_of(seed, nodes, heads);
        const uint32_t entry[] = {nodes, seed % nodes, nodes + seed % heads, (seed / 3) % nodes,
                                  nodes + (seed / 7) % heads};
        const uint32_t tier_end[] = {seed % 3, 3, 5};
        const struct dominators_entries entries = {
            .heads = &headed.heads, .entry = entry, .tier_end = tier_end, .tier_count = 3};
        assert_tiers(&headed, &entries);
        graph_finish(&headed.whole);
        graph_finish(&headed.nodes);
        graph_finish(&headed.heads);
    }
}

static void a_list_of_five_million(void **state)
{
    (void)state;
    struct graph graph = chain_graph(5000000, true);
    const uint32_t entry = 7;
    struct dominators found;
    assert_true(find_simply(&graph, &entry, 1, &found));
    assert_int_equal(found.reached, graph.node_count);
    assert_int_equal(found.parent[found.number[6]], found.number[5]);
    assert_int_equal(found.parent[found.number[7]], 0);
    dominators_finish(&found);
    graph_finish(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_graphs),
        cmocka_unit_test(random_graphs),
        cmocka_unit_test(heads_and_tiers),
        cmocka_unit_test(a_list_of_five_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
