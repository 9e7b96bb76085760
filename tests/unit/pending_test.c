/* What CPython's collector comes back for, by heaps of one line: block n is '!' where it is lost
 * for good, '~' where it is pending, '.' where it is not lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "tests/support/dump_builder.h"

static struct analysis *analyze(const char *line, uint32_t collector)
{
    struct dump_builder *builder = dump_builder_create();
    const struct analysis_options options = {0};
    struct analysis *analysis;
    struct error err;
    dump_builder_add_graph(builder, line);
    if (collector != UINT32_MAX)
        dump_builder_python(builder, &(struct dump_python){.collector = collector});
    assert_true(analysis_create(dump_builder_open(builder), &options, &analysis, &err));
    return analysis;
}

static void finish(struct analysis *analysis)
{
    struct dump *dump = (struct dump *)analysis->dump;
    analysis_destroy(analysis);
    dump_close(dump);
}

static void expect(const char *line, const char *wanted)
{
    struct analysis *analysis = analyze(line, DUMP_COLLECTOR_ON);
    char found[64] = "";
    uint64_t pending = 0;
    for (uint32_t b = 0; b < analysis->dump->block_count; b++) {
        bool is_pending = pending_is(&analysis->pending, &analysis->verdicts, b);
        bool lost = block_kind_is_lost(verdicts_kind(&analysis->verdicts, b));
        found[b] = is_pending ? '~' : lost ? '!' : '.';
        pending += is_pending;
    }
    assert_string_equal(found, wanted);
    assert_int_equal(analysis->pending.amount.blocks, pending);
    for (uint32_t i = 0; i < analysis->leaks.count; i++)
        pending -= analysis->leaks.leak[i].pending.blocks;
    assert_int_equal(pending, 0);
    finish(analysis);
}

static void cycles_and_what_they_hold(void **state)
{
    (void)state;
    expect("0@16>1+16 1@16>0+16 0%gA,1 1%gB,1", "~~");
    expect("0@16>1+16 1@16>0+16 0@24>2 2>3 0%gA 1%gB 2 3%pstr", "~~~~");
    expect("0@16>0+16 0%gA r>1 1%gB", "~.");
}

static void a_reference_that_nobody_is_seen_to_hold(void **state)
{
    (void)state;
    expect("0@16>1+16 1@16>0+16 0@24>2 0%gA,2 1%gB,1 2", "!!!");
    expect("0@16>0+16 1@16>1+16 1@24>2+16 0%gA,1 1%gB,2 2%gC,1", "~!!");
    expect("0@16>1+16 0@24>0+16 0%gA 1%gB,2", "~!");
}

/* A pointer that is no reference (a weakref's) makes more pointers than references: no harm. */
static void more_pointers_than_references(void **state)
{
    (void)state;
    expect("0@16>0+16 0@24>0+16 0%gA,1", "~");
}

static void what_no_collector_knows_of(void **state)
{
    (void)state;
    expect("0>1 1>0 0 1", "!!");                             /* plain malloc */
    expect("0%pstr,1", "!");                                 /* a string alone */
    expect("0@16>0+16 0@24>1 2>1 0%gA 1 2", "~!!");          /* held by both */
    expect("0>1+16 1@16>1+16 0 1%gA,1", "!!");               /* malloc holds the cycle */
    expect("0@16>0+16 0%gA,0", "!");                         /* dead: no object */
    expect("0@16>0+16 0%gA,4294967295", "~");                /* immortal */
    expect("0@16>1+16 1@16>0+16 0!ignored 0%gA 1%gB", ".."); /* suppressed */
}

static void only_where_it_is_on(void **state)
{
    (void)state;
    static const struct {
        uint32_t collector;
        uint64_t pending;
    } cases[] = {{DUMP_COLLECTOR_ON, 2},
                 {DUMP_COLLECTOR_UNKNOWN, 2},
                 {DUMP_COLLECTOR_OFF, 0},
                 {UINT32_MAX, 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct analysis *analysis = analyze("0@16>1+16 1@16>0+16 0%gA 1%gB", cases[i].collector);
        assert_int_equal(analysis->pending.amount.blocks, cases[i].pending);
        assert_int_equal(analysis->cycles.lost_count, 1);
        assert_int_equal(analysis->pending_cycles, cases[i].pending / 2);
        assert_int_equal(analysis->of_kind[KIND_DEFINITE].blocks, 2);
        finish(analysis);
    }
}

/* Cycles that are alike, of which one stays: two shapes. */
static void shapes_are_one_or_the_other(void **state)
{
    (void)state;
    struct analysis *analysis =
        analyze("0@16>0+16 1@16>1+16 2@16>2+16 0%gA,1 1%gA,2 2%gA,1", DUMP_COLLECTOR_ON);
    assert_int_equal(analysis->shapes.count, 2);
    for (uint32_t i = 0; i < 2; i++)
        assert_int_equal(analysis->shapes.shape[i].cycle_count,
                         analysis->shapes.shape[i].pending ? 2 : 1);
    finish(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cycles_and_what_they_hold),
        cmocka_unit_test(a_reference_that_nobody_is_seen_to_hold),
        cmocka_unit_test(more_pointers_than_references),
        cmocka_unit_test(what_no_collector_knows_of),
        cmocka_unit_test(only_where_it_is_on),
        cmocka_unit_test(shapes_are_one_or_the_other),
    };
    return cmocka_run_group_tests_name("pending", tests, NULL, NULL);
}
