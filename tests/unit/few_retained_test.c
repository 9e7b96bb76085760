/* What blocks retain: by hand, and of many together what each alone has by the definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "libcaulk/few_retained.h"
#include "libcaulk/reach.h"
#include "tests/support/judged_heap.h"

#define BLOCKS 12u

static void assert_retained(const char *line, uint32_t block, uint64_t blocks)
{
    struct judged_heap heap;
    judged_heap_of(&heap, line);
    struct amount retained;
    assert_true(few_retained(&heap.graph, &heap.verdicts, &block, 1, &retained, NULL));
    assert_int_equal(retained.blocks, blocks);
    judged_heap_finish(&heap);
}

static void retained_is_what_nothing_else_leads_to(void **state)
{
    (void)state;
    assert_retained("r>0 0>1 1>2 0>3 3>4 2>4", 0, 5);
    assert_retained("r>0 0>1 1>2 0>3 3>4 2>4", 1, 2);
    assert_retained("r>0 0>1 1>2 0>3 3>4 2>4", 4, 1);
    assert_retained("r>0 0>1 stack>1", 0, 1);
    assert_retained("0>1 1>2 3>2", 0, 2); /* lost: other sources hold too */
    assert_retained("0>1 1>0 1>2", 0, 3); /* a cycle's block has the cycle, if nothing enters it */
    assert_retained("0>1 1>0 2>1", 0, 1);
    assert_retained("r>0 1>0 1>2", 1, 2); /* what a lost block points to may be alive */
    assert_retained("r>0 0>2 1>2", 0, 2); /* and holds none of it */
}

/* ---- by the definition ---- */

/* Is there another source that a lost block can be reached from? */
static bool is_other_source(const struct verdicts *verdicts, uint32_t node, uint32_t block)
{
    const uint32_t *of = verdicts->components.of;
    uint32_t own = verdicts->lost.number[block];
    const struct graph *graph = &verdicts->lost.graph;
    for (uint32_t v = 0; v < graph->node_count; v++)
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            if (of[graph->target[e]] == of[node] && of[v] != of[node])
                return false;
    return of[node] != of[own];
}

/* First everything that is reached without the block, then what it adds. */
static uint64_t by_definition(const struct judged_heap *heap, uint32_t block)
{
    const struct verdicts *verdicts = &heap->verdicts;
    const struct edge_choice all = {heap->graph.edge_class, ALL_EDGES};
    struct reach reach;
    assert_true(reach_init(&reach, heap->graph.graph.node_count, false));
    reach.seen[block] = 1;
    for (uint64_t ref = 0; ref < heap->dump->refs.count; ref++)
        reach_add(&reach, heap->dump->refs.target[ref]);
    for (uint32_t v = 0; v < verdicts->lost.graph.node_count; v++)
        if (verdicts->lost.number[block] != GRAPH_NONE && is_other_source(verdicts, v, block))
            reach_add(&reach, verdicts->lost.node[v]);
    reach_run(&reach, &heap->graph.graph, all);
    uint32_t others = reach.count;
    reach.seen[block] = 0;
    reach_add(&reach, block);
    reach_run(&reach, &heap->graph.graph, all);
    uint64_t retained = reach.count - others;
    reach_finish(&reach);
    return retained;
}

static void draw(uint32_t seed, char *ret_line, size_t size)
{
    int edges = 8 + (int)(seed % 16);
    size_t length = 0;
    srand(seed);
    for (int i = 0; i < edges; i++)
        length += (size_t)snprintf(ret_line + length, size - length, "%d>%d ", rand() % (int)BLOCKS,
                                   rand() % (int)BLOCKS);
    for (int i = 0; i < 2; i++)
        length += (size_t)snprintf(ret_line + length, size - length, "r>%d ", rand() % (int)BLOCKS);
}

static void all_together_are_as_each_by_the_definition(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 1000; seed++) {
        char line[256];
        uint32_t blocks[BLOCKS];
        struct amount retained[BLOCKS];
        draw(seed, line, sizeof(line));
        struct judged_heap heap;
        judged_heap_of(&heap, line);
        uint32_t count = heap.dump->block_count;
        for (uint32_t b = 0; b < count; b++)
            blocks[b] = (b + seed) % count;
        assert_true(few_retained(&heap.graph, &heap.verdicts, blocks, count, retained, NULL));
        for (uint32_t b = 0; b < count; b++)
            assert_int_equal(retained[b].blocks, by_definition(&heap, blocks[b]));
        judged_heap_finish(&heap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retained_is_what_nothing_else_leads_to),
        cmocka_unit_test(all_together_are_as_each_by_the_definition),
    };
    return cmocka_run_group_tests_name("few_retained", tests, NULL, NULL);
}
