/* Cycles: which there are, their kind, entry, what they retain, their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/cycles.h"
#include "tests/support/dump_builder.h"
#include "tests/support/judged_heap.h"
#include "tests/support/short_text.h"

struct fixture {
    struct judged_heap heap;
    struct cycles cycles;
};

static struct fixture cycles_of(struct dump *dump, bool with_reachable)
{
    struct fixture made;
    judged_heap_init(&made.heap, dump);
    assert_true(
        cycles_init(&made.cycles, &made.heap.graph, &made.heap.verdicts, with_reachable, NULL));
    return made;
}

static void fixture_finish(struct fixture *fixture)
{
    cycles_finish(&fixture->cycles);
    judged_heap_finish(&fixture->heap);
}

/* Each cycle as "KIND members /retained blocks", e.g. "d 0 1 /3; ". */
static void assert_cycles(const char *line, bool with_reachable, const char *expected)
{
    struct short_text text = {.length = 0};
    struct fixture fixture = cycles_of(dump_from_graph(line), with_reachable);
    for (uint32_t c = 0; c < fixture.cycles.count; c++) {
        const struct cycle *cycle = &fixture.cycles.cycle[c];
        short_text_add(&text, "%c ", block_kind_name(cycle->kind)[0]);
        for (uint32_t m = 0; m < cycle->member_count; m++) {
            uint32_t block = fixture.cycles.member[cycle->first + m];
            short_text_add(&text, "%u ", block);
            assert_int_equal(cycles_find(&fixture.cycles, block), c);
        }
        short_text_add(&text, "/%u; ", (unsigned)cycle->retained.blocks);
        assert_int_equal(cycle->lost, c < fixture.cycles.lost_count);
        assert_int_equal(cycle->self, cycle->member_count == 1);
    }
    assert_string_equal(text.at, expected);
    fixture_finish(&fixture);
}

static void lost_cycles(void **state)
{
    (void)state;
    assert_cycles("0>1", false, "");
    assert_cycles("0>1 1>0", false, "d 0 1 /2; ");
    assert_cycles("0>0", false, "d 0 /1; ");
    assert_cycles("0>0+8", false, "");  /* an interior pointer to oneself is no edge … */
    assert_cycles("0>0+8s", false, ""); /* … whatever speaks for it */
    assert_cycles("0>1+8 1>0", false, "d 0 1 /2; ");
    assert_cycles("0>1 1>2 2>1", false, "i 1 2 /2; ");
    assert_cycles("r>0 0>1 1>0", false, "");
    assert_cycles("0>1 1>0 2>3 3>2", false, "d 0 1 /2; d 2 3 /2; ");
    assert_cycles("0>1 1>2 2>3 3>1 3>2", false, "i 1 2 3 /3; ");
}

static void a_cycle_retains_what_only_it_leads_to(void **state)
{
    (void)state;
    assert_cycles("0>1 1>0 1>2 2>3", false, "d 0 1 /4; ");
    assert_cycles("0>1 1>0 1>2 4>2", false, "d 0 1 /2; ");
    assert_cycles("0>1 1>0 1>2 2>3 4>3", false, "d 0 1 /3; ");
    assert_cycles("0>1 1>0 1>2 2>3 3>2", false, "d 0 1 /4; i 2 3 /2; ");
    assert_cycles("0>1 1>0 0>2 1>3 2>4 3>4", false, "d 0 1 /5; ");
    /* two cycles share a tail */
    assert_cycles("0>1 1>0 2>3 3>2 0>4 2>4 2>5", false, "d 2 3 /3; d 0 1 /2; ");
}

static void ignored_cycles_are_not_reported(void **state)
{
    (void)state;
    assert_cycles("0!ignored 0>1 1>0", false, "");
    assert_cycles("0!ignored 0>1 1>2 2>1", false, "");
    assert_cycles("0!ignored 0>1 1>2 2>1 3>1", false, "i 1 2 /2; ");
}

static void reachable_cycles_on_request(void **state)
{
    (void)state;
    assert_cycles("r>0 0>1 1>0 1>2", true, "r 0 1 /3; ");
    assert_cycles("r>0 0>1 1>0 1>2 stack>2", true, "r 0 1 /2; ");
    assert_cycles("r>0 0>1+8 1>0", true, "r 0 1 /2; ");
    assert_cycles("r>0+8 0>1 1>0", true, "p 0 1 /2; ");
    assert_cycles("r>0 0>0 1>1", true, "d 1 /1; r 0 /1; ");
    assert_cycles("0!runtime 0>1 1>0", true, "r 0 1 /2; ");
}

static void the_order_is_by_what_is_retained(void **state)
{
    (void)state;
    assert_cycles("0:64 0>0 1:200 1>1 2:100 2>2", false, "d 1 /1; d 2 /1; d 0 /1; ");
}

static uint32_t entry_of(const char *line)
{
    struct fixture fixture = cycles_of(dump_from_graph(line), false);
    uint32_t entry = fixture.cycles.cycle[0].entry;
    fixture_finish(&fixture);
    return entry;
}

static void the_entry_is_what_is_pointed_to_or_oldest(void **state)
{
    (void)state;
    assert_int_equal(entry_of("0>1 1>2 2>0"), 0);
    assert_int_equal(entry_of("0>1 1>2 2>0 0^5 1^3 2^4"), 1);
    /* born in one tick: 1's stack is met before 0's */
    assert_int_equal(entry_of("1#3 2#4 0#5 0>1 1>2 2>0"), 1);
    assert_int_equal(entry_of("0>1 1>2 2>0 0^5 1^3 2^4 3>2"), 2);
}

static void pools_close_no_cycle(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0!pool 1!custom 2!custom 0>1 0>2 1>3 3>1");
    dump_builder_block(builder, 0)->bytes = 0x2800;
    struct fixture fixture = cycles_of(dump_builder_open(builder), false);
    assert_int_equal(fixture.cycles.count, 1);
    assert_int_equal(fixture.cycles.cycle[0].member_count, 2);
    assert_int_equal(fixture.cycles.lost.blocks, 2);
    fixture_finish(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_cycles),
        cmocka_unit_test(a_cycle_retains_what_only_it_leads_to),
        cmocka_unit_test(ignored_cycles_are_not_reported),
        cmocka_unit_test(reachable_cycles_on_request),
        cmocka_unit_test(the_order_is_by_what_is_retained),
        cmocka_unit_test(the_entry_is_what_is_pointed_to_or_oldest),
        cmocka_unit_test(pools_close_no_cycle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
