/* The pointers inside a cycle, those that would open it first: "2@0>0! 0@0>1 …". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/cycle_edges.h"
#include "tests/support/judged_heap.h"
#include "tests/support/short_text.h"

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
    struct short_text text = {.length = 0};
    struct judged_heap heap;
    struct cycles cycles;
    struct cycle_edge *edges;
    uint64_t count, total;
    judged_heap_of(&heap, line);
    assert_true(cycles_init(&cycles, &heap.graph, &heap.verdicts, false, NULL));
    assert_true(cycle_edges(&cycles, &heap.graph, 0, limit, &judge, &edges, &count, &total, NULL));
    for (uint64_t e = 0; e < count; e++) {
        short_text_add(&text, "%s%u@%d%c%u%s", e ? " " : "", edges[e].from, (int)edges[e].offset,
                       edges[e].exact ? '>' : '~', edges[e].to,
                       edges[e].weak    ? "?"
                       : edges[e].opens ? "!"
                                        : "");
    }
    if (count < total)
        short_text_add(&text, " of %u", (unsigned)total);
    assert_string_equal(text.at, expected);
    free(edges);
    cycles_finish(&cycles);
    judged_heap_finish(&heap);
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
