#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/fold.h"

/* Folds the graph of a line like "0>1 1>2"; colours has a letter for each node. What comes out is
 * each node's class as a letter. */
static void folds(const char *line, const char *colours, bool by_neighbours, const char *expected)
{
    struct graph_edge edges[64];
    uint64_t colour[64];
    uint32_t edge_count = 0, nodes = (uint32_t)strlen(colours);
    for (int used;
         sscanf(line, "%u>%u%n", &edges[edge_count].from, &edges[edge_count].to, &used) == 2;
         line += used)
        edge_count++;
    for (uint32_t i = 0; i < nodes; i++)
        colour[i] = (uint64_t)colours[i];
    struct graph graph;
    assert_true(graph_from_edges(nodes, edges, edge_count, &graph));
    uint32_t *class, count;
    assert_true(fold_alike(&graph, colour, by_neighbours ? colour : NULL, &class, &count));
    char classes[65] = "";
    for (uint32_t i = 0; i < nodes; i++) {
        assert_true(class[i] < count);
        classes[i] = (char)('a' + class[i]);
    }
    assert_string_equal(classes, expected);
    free(class);
    graph_finish(&graph);
}

static void colours_alone_decide_without_neighbours(void **state)
{
    (void)state;
    folds("0>1 1>2", "xyx", false, "aba");
    folds("", "", false, "");
}

static void a_tables_entries_are_alike(void **state)
{
    (void)state;
    folds("0>1 0>2 0>3", "tnnn", true, "abbb");
}

static void a_list_has_head_middle_and_tail(void **state)
{
    (void)state;
    folds("0>1 1>2 2>3 3>4", "nnnnn", true, "abbbc");
}

static void a_ring_is_one_class(void **state)
{
    (void)state;
    folds("0>1 1>2 2>0", "nnn", true, "aaa");
}

static void who_holds_a_node_tells_it_apart(void **state)
{
    (void)state;
    folds("0>2 1>3", "abnn", true, "abcd");
}

static void how_often_does_not(void **state)
{
    (void)state;
    folds("0>1 0>1 0>2", "tnn", true, "abb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_alone_decide_without_neighbours),
        cmocka_unit_test(a_tables_entries_are_alike),
        cmocka_unit_test(a_list_has_head_middle_and_tail),
        cmocka_unit_test(a_ring_is_one_class),
        cmocka_unit_test(who_holds_a_node_tells_it_apart),
        cmocka_unit_test(how_often_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
