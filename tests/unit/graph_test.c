/* Rows, reversal, subgraphs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "libcaulk/graph.h"
#include "tests/support/small_graph.h"

static void assert_edges(const struct graph *graph, uint32_t node, const char *expected)
{
    char text[256] = "";
    size_t length = 0;
    for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%u", length ? " " : "",
                                   graph->target[e]);
    assert_string_equal(text, expected);
}

static void edges_keep_their_order(void **state)
{
    (void)state;
    struct graph graph = graph_of("2>1 0>2 0>1 2>2 0>2 3");
    assert_int_equal(graph.node_count, 4);
    assert_int_equal(graph.edge_count, 5);
    assert_edges(&graph, 0, "2 1 2");
    assert_edges(&graph, 1, "");
    assert_edges(&graph, 2, "1 2");
    assert_edges(&graph, 3, "");
    graph_finish(&graph);
}

static void reverse_turns_every_edge(void **state)
{
    (void)state;
    struct graph graph = graph_of("2>1 0>2 0>1 2>2 0>2 3");
    struct graph reverse;
    assert_true(graph_reverse(&graph, &reverse));
    assert_edges(&reverse, 0, "");
    assert_edges(&reverse, 1, "0 2");
    assert_edges(&reverse, 2, "0 0 2");
    graph_finish(&reverse);
    graph_finish(&graph);
}

static void empty_graph_has_rows(void **state)
{
    (void)state;
    struct graph graph = graph_of("");
    struct graph reverse;
    assert_int_equal(graph.node_count, 0);
    assert_true(graph_reverse(&graph, &reverse));
    assert_int_equal(reverse.begin[0], 0);
    graph_finish(&reverse);
    graph_finish(&graph);
}

static void subgraph_keeps_nodes_and_chosen_edges(void **state)
{
    (void)state;
    struct graph graph = graph_of("0>1 1>2 1>3 3>1 3>3");
    const uint8_t keep[] = {0, 1, 0, 1};
    const uint8_t colour[] = {0, 0, 1, 2, 1}; /* by row: 0>1, 1>2, 1>3, 3>1, 3>3 */
    struct subgraph subgraph;
    assert_true(subgraph_init(&subgraph, &graph, keep, EVERY_EDGE));
    assert_int_equal(subgraph.graph.node_count, 2);
    assert_int_equal(subgraph.node[1], 3);
    assert_int_equal(subgraph.number[3], 1);
    assert_int_equal(subgraph.number[2], GRAPH_NONE);
    assert_edges(&subgraph.graph, 0, "1");
    assert_edges(&subgraph.graph, 1, "0 1");
    subgraph_finish(&subgraph);

    struct edge_choice first_two = {colour, 1u << 0 | 1u << 1};
    assert_true(subgraph_init(&subgraph, &graph, keep, first_two));
    assert_edges(&subgraph.graph, 0, "1");
    assert_edges(&subgraph.graph, 1, "1");
    subgraph_finish(&subgraph);
    graph_finish(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_keep_their_order),
        cmocka_unit_test(reverse_turns_every_edge),
        cmocka_unit_test(empty_graph_has_rows),
        cmocka_unit_test(subgraph_keeps_nodes_and_chosen_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
