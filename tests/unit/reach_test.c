/* Breadth-first search in steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/reach.h"
#include "tests/support/small_graph.h"

static void nearer_nodes_come_first(void **state)
{
    (void)state;
    struct graph graph = graph_of("0>2 0>1 1>3 2>3 3>4 5>0");
    struct reach reach;
    assert_true(reach_init(&reach, graph.node_count, true));
    reach_add(&reach, 0);
    reach_add(&reach, 0);
    reach_run(&reach, &graph, EVERY_EDGE);
    const uint32_t expected[] = {0, 2, 1, 3, 4};
    assert_int_equal(reach.count, 5);
    assert_memory_equal(reach.queue, expected, sizeof(expected));
    assert_int_equal(reach.parent[3], 2);
    assert_int_equal(reach.parent[0], GRAPH_NONE);
    assert_false(reach.seen[5]);
    reach_finish(&reach);
    graph_finish(&graph);
}

static void later_steps_go_on(void **state)
{
    (void)state;
    struct graph graph = graph_of("0>1 1>2 3>4 4>2");
    const uint8_t colour[] = {0, 1, 0, 0};
    struct reach reach;
    assert_true(reach_init(&reach, graph.node_count, false));
    reach_add(&reach, 0);
    reach_run(&reach, &graph, (struct edge_choice){colour, 1u << 0});
    assert_int_equal(reach.count, 2);
    reach_add(&reach, 3);
    reach_run(&reach, &graph, (struct edge_choice){colour, 1u << 0});
    assert_int_equal(reach.count, 5);
    assert_int_equal(reach.queue[4], 2);
    reach_finish(&reach);
    graph_finish(&graph);
}

static void a_long_list_is_ordinary(void **state)
{
    (void)state;
    struct graph graph = chain_graph(5000000, false);
    struct reach reach;
    assert_true(reach_init(&reach, graph.node_count, false));
    reach_add(&reach, 0);
    reach_run(&reach, &graph, EVERY_EDGE);
    assert_int_equal(reach.count, graph.node_count);
    reach_finish(&reach);
    graph_finish(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearer_nodes_come_first),
        cmocka_unit_test(later_steps_go_on),
        cmocka_unit_test(a_long_list_is_ordinary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
