/* Graphs whose node n is a block at address n * 16: what marks reach is what a search reaches,
 * however little room there is on the stack. */
#include "preload/marks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/small_graph.h"

static void expand(struct marks *marks, const struct graph *graph, uint32_t node)
{
    for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++)
        marks_add(marks, graph->target[e], graph->target[e] * 16);
}

static void empty_stack(struct marks *marks, const struct graph *graph)
{
    struct mark_entry entry;
    while (marks_take(marks, &entry)) {
        assert_int_equal(entry.address, entry.number * 16);
        expand(marks, graph, entry.number);
    }
}

/* Returns how often the blocks were gone through because there was no room. */
static unsigned spread(struct marks *marks, const struct graph *graph)
{
    unsigned rounds = 0;
    empty_stack(marks, graph);
    for (; marks_overflowed(marks); rounds++) {
        bool taken = false;
        for (uint32_t node = 0; node < graph->node_count; node++) {
            if (node % MARKS_CARD_BLOCKS == 0)
                taken = marks_take_card(marks, node);
            if (!taken || !ranked_bits_get(&marks->reached, node))
                continue;
            expand(marks, graph, node);
            empty_stack(marks, graph);
        }
    }
    return rounds;
}

/* From node 0. Returns the rounds. */
static unsigned assert_reached(const struct graph *graph, size_t entries)
{
    struct marks marks;
    bool *expected = calloc(graph->node_count, sizeof(*expected));
    uint32_t count = 0;
    reach_simply(graph, 0, GRAPH_NONE, expected);
    assert_true(marks_init(&marks, graph->node_count, entries));
    marks_add(&marks, 0, 0);
    unsigned rounds = spread(&marks, graph);
    for (uint32_t node = 0; node < graph->node_count; node++) {
        assert_int_equal(ranked_bits_get(&marks.reached, node), expected[node]);
        count += expected[node];
    }
    assert_int_equal(marks_seal(&marks), count);
    ranked_bits_finish(&marks.reached);
    free(expected);
    return rounds;
}

static void test_small_graphs(void **state)
{
    (void)state;
    static const char *const lines[] = {"0", "0>0", "0>1 2>1", "0>1 1>0 2>2",
                                        "0>1 0>2 1>3 2>3 4>3"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct graph graph = graph_of(lines[i]);
        assert_int_equal(assert_reached(&graph, 16), 0);
        assert_reached(&graph, 1);
        graph_finish(&graph);
    }
}

static void test_random_graphs(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 300; seed++) {
        uint32_t nodes = 1 + seed * 7 % 1000;
        struct graph graph = random_graph(seed, nodes, nodes * (seed % 4));
        assert_reached(&graph, 1 + seed % 9);
        graph_finish(&graph);
    }
}

/* A node that points to more than there is room for. */
static void test_overflow(void **state)
{
    (void)state;
    enum { LEAVES = 1000 };
    struct graph_edge edges[2 * LEAVES];
    struct graph graph;
    for (uint32_t i = 0; i < LEAVES; i++) {
        edges[i] = (struct graph_edge){0, 1 + i};
        edges[LEAVES + i] = (struct graph_edge){1 + i, LEAVES + 1 + i};
    }
    assert_true(graph_from_edges(2 * LEAVES + 1, edges, 2 * LEAVES, &graph));
    assert_true(assert_reached(&graph, 4) >= 1);
    assert_int_equal(assert_reached(&graph, LEAVES), 0);
    graph_finish(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_graphs),
        cmocka_unit_test(test_random_graphs),
        cmocka_unit_test(test_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
