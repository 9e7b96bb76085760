/* Components against their definition: two nodes share one when each reaches the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/components.h"
#include "tests/support/small_graph.h"

#define MOST_NODES 24

static void assert_numbered_downwards(const struct graph *graph, const struct components *found)
{
    for (uint32_t v = 0; v < graph->node_count; v++)
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            assert_true(found->of[v] >= found->of[graph->target[e]]);
}

static void assert_members_listed(const struct graph *graph, const struct components *found)
{
    assert_int_equal(found->begin[0], 0);
    assert_int_equal(found->begin[found->count], graph->node_count);
    for (uint32_t c = 0; c < found->count; c++) {
        assert_true(components_size(found, c) > 0);
        for (uint32_t m = found->begin[c]; m < found->begin[c + 1]; m++) {
            assert_int_equal(found->of[found->member[m]], c);
            assert_true(m == found->begin[c] || found->member[m - 1] < found->member[m]);
        }
    }
}

static void assert_components(const struct graph *graph)
{
    bool reaches[MOST_NODES][MOST_NODES];
    struct components found;
    assert_true(components_find(graph, &found));
    for (uint32_t v = 0; v < graph->node_count; v++)
        reach_simply(graph, v, GRAPH_NONE, reaches[v]);
    for (uint32_t v = 0; v < graph->node_count; v++)
        for (uint32_t w = 0; w < graph->node_count; w++)
            assert_int_equal(found.of[v] == found.of[w], reaches[v][w] && reaches[w][v]);
    assert_numbered_downwards(graph, &found);
    assert_members_listed(graph, &found);
    components_finish(&found);
}

static void known_graphs(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "0",
        "0>0",
        "0>1 1>0",
        "0>1 1>2 2>0",
        "0>1 1>2 2>1 2>3 3>4 4>3 4>5",
        "1>0 2>1",
        "0>1 1>2 2>0 3>0 3>4 4>3 2>5 5>5",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct graph graph = graph_of(lines[i]);
        assert_components(&graph);
        graph_finish(&graph);
    }
}

static void random_graphs(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3000; seed++) {
        uint32_t nodes = 1 + seed % MOST_NODES;
        struct graph graph = random_graph(seed, nodes, seed % (3 * nodes));
        assert_components(&graph);
        graph_finish(&graph);
    }
}

static void a_ring_of_five_million(void **state)
{
    (void)state;
    for (int closed = 0; closed < 2; closed++) {
        struct graph graph = chain_graph(5000000, closed);
        struct components found;
        assert_true(components_find(&graph, &found));
        assert_int_equal(found.count, closed ? 1 : graph.node_count);
        components_finish(&found);
        graph_finish(&graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_graphs),
        cmocka_unit_test(random_graphs),
        cmocka_unit_test(a_ring_of_five_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
