/* What components retain, against the definition: what cannot be reached without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/retained.h"
#include "tests/support/small_graph.h"

#define MOST_NODES 16

static struct amount one(const void *context, uint32_t node)
{
    (void)context;
    return (struct amount){1, 1u << node};
}

static void reach_without(const struct graph *graph, const struct components *components,
                          const uint8_t *entry, uint32_t without, bool *ret_seen)
{
    struct graph cut = *graph;
    uint32_t target[MOST_NODES * 4];
    /* without a component: edges into it are turned back on their source */
    for (uint32_t v = 0; v < graph->node_count; v++)
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            target[e] = components->of[graph->target[e]] == without ? v : graph->target[e];
    cut.target = target;
    memset(ret_seen, 0, MOST_NODES * sizeof(*ret_seen));
    for (uint32_t v = 0; v < graph->node_count; v++) {
        bool seen[MOST_NODES];
        if (!entry[components->of[v]] || components->of[v] == without)
            continue;
        reach_simply(&cut, v, GRAPH_NONE, seen);
        for (uint32_t w = 0; w < graph->node_count; w++)
            ret_seen[w] |= seen[w];
    }
}

static void find_entries(const struct graph *graph, const struct components *components,
                         const uint8_t *node_entry, uint8_t *ret_entry)
{
    memset(ret_entry, 1, MOST_NODES);
    for (uint32_t v = 0; v < graph->node_count; v++)
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            if (components->of[graph->target[e]] != components->of[v])
                ret_entry[components->of[graph->target[e]]] = 0;
    for (uint32_t v = 0; node_entry && v < graph->node_count; v++)
        ret_entry[components->of[v]] |= node_entry[v];
}

static void assert_retained(const struct graph *graph, const uint8_t *node_entry, uint32_t step)
{
    struct components components;
    uint32_t chosen[MOST_NODES], chosen_count = 0;
    struct retained found[MOST_NODES];
    uint8_t entry[MOST_NODES];
    assert_true(components_find(graph, &components));
    find_entries(graph, &components, node_entry, entry);
    for (uint32_t c = 0; c < components.count; c += step)
        chosen[chosen_count++] = c;
    assert_true(
        retained_find(graph, &components, node_entry, one, NULL, chosen, chosen_count, found));
    for (uint32_t i = 0; i < chosen_count; i++) {
        bool without[MOST_NODES];
        uint64_t lost = 0;
        reach_without(graph, &components, entry, chosen[i], without);
        for (uint32_t v = 0; v < graph->node_count; v++)
            lost |= without[v] ? 0 : 1u << v;
        assert_int_equal(found[i].amount.bytes, lost);
        for (uint32_t j = 0; j < chosen_count; j++) {
            bool nested = found[j].first >= found[i].first && found[j].first < found[i].end;
            uint32_t member = components.member[components.begin[chosen[j]]];
            assert_int_equal(nested, !without[member]);
        }
    }
    components_finish(&components);
}

static void random_graphs(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3000; seed++) {
        uint32_t nodes = 1 + seed % MOST_NODES;
        struct graph graph = random_graph(seed, nodes, seed % (2 * nodes));
        uint8_t entry[MOST_NODES] = {0};
        entry[seed / 5 % nodes] = 1;
        assert_retained(&graph, NULL, 1 + seed % 3);
        assert_retained(&graph, entry, 1 + seed % 3);
        graph_finish(&graph);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_graphs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
