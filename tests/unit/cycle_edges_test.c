/* The pointers inside a cycle, those that would open it first: "2@0>0! 0@0>1 …". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/cycle_edges.h"
#include "tests/support/dump_builder.h"

#define WEAK_OFFSET 40

/* Pointers at one offset are weak. */
static enum smart_pointer judge_offset(const void *context, uint32_t block, uint64_t offset)
{
    (void)context, (void)block;
    return offset == WEAK_OFFSET ? SMART_WEAK : SMART_UNKNOWN;
}

static const struct smart_judge judge = {judge_offset, NULL};

static void assert_edges(const char *line, uint64_t limit, const char *expected)
{
    char text[512] = "";
    size_t length = 0;
    struct dump *dump = dump_from_graph(line);
    struct heap_graph heap;
    struct verdicts verdicts;
    struct cycles cycles;
    struct cycle_edge *edges;
    uint64_t count, total;
    assert_true(heap_graph_init(&heap, dump, NULL));
    assert_true(verdicts_init(&verdicts, &heap, NULL));
    assert_true(cycles_init(&cycles, &heap, &verdicts, false, NULL));
    assert_true(cycle_edges(&cycles, &heap, 0, limit, &judge, &edges, &count, &total, NULL));
    for (uint64_t e = 0; e < count; e++) {
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%u@%d%c%u%s",
                                   e ? " " : "", edges[e].from, (int)edges[e].offset,
                                   edges[e].exact ? '>' : '~', edges[e].to,
                                   edges[e].weak    ? "?"
                                   : edges[e].opens ? "!"
                                                    : "");
    }
    if (count < total)
        snprintf(text + length, sizeof(text) - length, " of %u", (unsigned)total);
    assert_string_equal(text, expected);
    free(edges);
    cycles_finish(&cycles);
    verdicts_finish(&verdicts);
    heap_graph_finish(&heap);
    dump_close(dump);
}

static void back_edges_come_first(void **state)
{
    (void)state;
    assert_edges("0>1 1>2 2>0", 100, "2@0>0! 0@0>1 1@0>2");
    assert_edges("0>0", 100, "0@0>0!");
    assert_edges("0@16>1 1@8>0+8", 100, "1@8~0! 0@16>1");
    assert_edges("0>0 0@8>1 1>1 1@8>0", 100, "1@8>0! 0@0>0! 1@0>1! 0@8>1");
}

static void a_childs_way_back_to_its_parent(void **state)
{
    (void)state;
    assert_edges("1>0 0>1 1^10 0^20", 100, "0@0>1! 1@0>0"); /* 1 is the older */
    assert_edges("1>0 0>1 2>0", 100, "1@0>0! 0@0>1");       /* 0 is held from outside */
}

static void prev_pointers_open_a_list(void **state)
{
    (void)state;
    assert_edges("0>1 1>2 1>0 2@8>1", 100, "2@8>1! 1@8>0! 0@0>1 1@0>2");
}

static void a_limit_keeps_the_opening_ones(void **state)
{
    (void)state;
    assert_edges("0>1 1>2 2>3 3>0", 2, "3@0>0! 0@0>1 of 4");
    assert_edges("0>1 1>2 1>0 2@8>1", 1, "2@8>1! of 4");
}

static void edges_out_of_the_cycle_are_left_out(void **state)
{
    (void)state;
    assert_edges("0>1 1>0 1>2 3>0 1@24>1+8", 100, "1@0>0! 0@0>1");
}

static void weak_pointers_open_nothing(void **state)
{
    (void)state;
    assert_edges("0>1 1@40>0", 100, "0@0>1 1@40>0?");
    assert_edges("0>1 1>0 1@40>0", 100, "1@0>0! 0@0>1 1@40>0?");
    /* Behind a weak pointer is a cycle of its own. */
    assert_edges("0@40>1 1>2 2>1 2@8>0", 100, "2@0>1! 0@40>1? 1@0>2 2@8>0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(back_edges_come_first),
        cmocka_unit_test(a_childs_way_back_to_its_parent),
        cmocka_unit_test(prev_pointers_open_a_list),
        cmocka_unit_test(a_limit_keeps_the_opening_ones),
        cmocka_unit_test(edges_out_of_the_cycle_are_left_out),
        cmocka_unit_test(weak_pointers_open_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
