/* Which cycles share a shape, and what a shape says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "tests/support/dump_builder.h"

static struct analysis *analyze_dump(struct dump *dump)
{
    struct analysis_options options = {.all_cycles = true};
    struct analysis *analysis;
    assert_true(analysis_create(dump, &options, &analysis, NULL));
    return analysis;
}

static struct analysis *analyze(const char *line)
{
    return analyze_dump(dump_from_graph(line));
}

static void finish(struct analysis *analysis)
{
    struct dump *dump = (struct dump *)analysis->dump;
    analysis_destroy(analysis);
    dump_close(dump);
}

static void assert_shapes(const char *line, uint32_t expected)
{
    struct analysis *analysis = analyze(line);
    uint32_t cycles = 0;
    if (analysis->shapes.count != expected)
        fail_msg("%s: %u shapes instead of %u", line, analysis->shapes.count, expected);
    for (uint32_t i = 0; i < analysis->shapes.count; i++)
        cycles += analysis->shapes.shape[i].cycle_count;
    assert_int_equal(cycles, analysis->cycles.count);
    finish(analysis);
}

static void cycles_alike_but_for_addresses_share_one(void **state)
{
    (void)state;
    assert_shapes("0>1 1>0 2>3 3>2", 1);
    assert_shapes("0@8>1 1@16>0 2@16>3 3@8>2", 1); /* whichever comes first */
    assert_shapes("0>1#1 1>2#2 2>0#3 5>4#1 4>3#2 3>5#3", 1);
    assert_shapes("0>1~a 1>0~b 2>3~b 3>2~a 2#7", 1); /* a type is what counts, where there is one */
    assert_shapes("0:64 0>1 1>0 2:800 2>3 3>2", 1);  /* sizes don't */
    assert_shapes("0>1 1>2 2>0 0@8>0+8 3>4 4>5 5>3", 1); /* nor do interior pointers to oneself */
}

static void cycles_that_differ_do_not(void **state)
{
    (void)state;
    assert_shapes("0>1 1>0 2@8>3 3>2", 2);       /* by an offset */
    assert_shapes("0>1#1 1>0#2 2>3#1 3>2#3", 2); /* by a site */
    assert_shapes("0>1 1>0 2>3 3>2 2>2", 2);     /* by an edge */
    assert_shapes("0>1 1>0 2>3 3>4 4>2", 2);     /* by length */
    assert_shapes("0>0 1>2 2>1", 2);
    assert_shapes("0>1 1>0 r>2 2>3 3>2", 2);                             /* one is reachable */
    assert_shapes("0>1#1 1>2#1 2>0#2 3>4#1 4>5#2 5>3#1 3@8>4 0@8>1", 2); /* by where an edge is */
}

/* Where an attribute lies differs from object to object, also in cycles that are folded. */
static void attributes_are_known_by_name(void **state)
{
    (void)state;
    assert_shapes("0@16>1 1>0 0.16peer 2@24>3 3>2 2.24peer", 1);
    assert_shapes("0@16>1 1>0 0.16peer 2@16>3 3>2 2.16owner", 2);
    assert_shapes("0@16>1 1>0 0.16peer 2@16>3 3>2", 2);
    assert_shapes("0@16>1 1>2 2>3 3>4 4>5 5>6 6>7 7>8 8>0 0.16peer "
                  "10@32>11 11>12 12>13 13>14 14>15 15>16 16>17 17>18 18>10 10.32peer 9#7",
                  1);
}

static void ring(char *line, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        sprintf(line + strlen(line), "%u>%u ", first + i, first + (i + 1) % count);
}

static void long_rings_fold_whatever_their_length(void **state)
{
    (void)state;
    char line[2048] = "";
    ring(line, 0, SHAPE_EXACT_MEMBERS + 1);
    ring(line, 20, SHAPE_EXACT_MEMBERS + 30);
    assert_shapes(line, 1);
    struct analysis *analysis = analyze(line);
    const struct shape *shape = &analysis->shapes.shape[0];
    assert_true(shape->folded);
    assert_int_equal(shape->member_count, 1);
    assert_int_equal(shape->edge_count, 1);
    assert_int_equal(shape->retained.blocks, 2 * SHAPE_EXACT_MEMBERS + 31);
    finish(analysis);
    strcat(line, "60>61 61>60 ");
    assert_shapes(line, 2);
}

static void many_offsets_are_an_array(void **state)
{
    (void)state;
    char line[2048] = "";
    for (int copy = 0; copy < 2; copy++) {
        int table = copy * 20;
        for (int i = 1; i <= 12; i++)
            sprintf(line + strlen(line), "%d@%d>%d#1 %d>%d#2 ", table, 8 * i + 160 * copy,
                    table + i, table + i, table);
    }
    struct analysis *analysis = analyze(line);
    assert_int_equal(analysis->shapes.count, 1);
    const struct shape *shape = &analysis->shapes.shape[0];
    assert_int_equal(shape->member_count, 2);
    assert_int_equal(shape->edge_count, 2);
    assert_int_equal(
        (shape->edges[0].offset == OFFSET_UNKNOWN) + (shape->edges[1].offset == OFFSET_UNKNOWN), 1);
    finish(analysis);
}

static void a_shape_describes_its_example(void **state)
{
    (void)state;
    struct analysis *analysis = analyze("0@8>1#1 1@16>0#2 0:40 1:24~peer 1@32>2 1:48 2:100");
    const struct shape *shape = &analysis->shapes.shape[0];
    assert_false(shape->folded);
    assert_int_equal(shape->cycle_count, 1);
    assert_int_equal(shape->member_count, 2);
    uint32_t session = shape->members[0].block == 0 ? 0 : 1;
    assert_null(shape->members[session].type);
    assert_string_equal(shape->members[!session].type, "peer");
    assert_int_equal(shape->members[session].bytes, 40);
    assert_int_equal(shape->members[session].stack, analysis->dump->block_stack[0]);
    assert_int_equal(shape->edge_count, 2);
    for (uint32_t e = 0; e < 2; e++)
        assert_int_equal(shape->edges[e].offset, shape->edges[e].from == session ? 8 : 16);
    assert_int_equal(shape->own.bytes, 88);
    assert_int_equal(shape->retained.bytes, 188);
    finish(analysis);
}

static void sampled_stacks_do_not_tell_cycles_apart(void **state)
{
    (void)state;
    for (uint32_t mode = STACKS_FULL; mode <= STACKS_SAMPLED; mode++) {
        struct dump_builder *builder = dump_builder_create();
        dump_builder_process(builder)->stacks_mode = mode;
        dump_builder_add_graph(builder, "0#1/ 1#2/ 0>1 1>0 2#1/5 3#2/ 2>3 3>2 4#1/ 5#2/6 4>5 5>4");
        struct analysis *analysis = analyze_dump(dump_builder_open(builder));
        assert_int_equal(analysis->shapes.count, mode == STACKS_SAMPLED ? 1 : 3);
        finish(analysis);
    }
}

static void what_is_retained_counts_once(void **state)
{
    (void)state;
    /* a chain of three self-holding blocks, each retaining the next, and one apart */
    struct analysis *analysis = analyze("0@8>0 0>1 1@8>1 1>2 2@8>2 3@8>3");
    assert_int_equal(analysis->shapes.count, 1);
    assert_int_equal(analysis->shapes.shape[0].cycle_count, 4);
    assert_int_equal(analysis->shapes.shape[0].retained.blocks, 4);
    assert_int_equal(analysis->shapes.shape[0].example, 0);
    finish(analysis);
}

static void the_worst_comes_first(void **state)
{
    (void)state;
    struct analysis *analysis = analyze("0#1 0>0 1#2 1>1 2#2 2>2 r>3 3:4000 3>3");
    assert_int_equal(analysis->shapes.count, 3);
    assert_int_equal(analysis->shapes.lost_count, 2);
    assert_int_equal(analysis->shapes.shape[0].cycle_count, 2);
    assert_false(analysis->shapes.shape[2].lost);
    for (uint32_t c = 0; c < analysis->cycles.count; c++) {
        const struct cycle *cycle = &analysis->cycles.cycle[c];
        uint32_t block = analysis->cycles.member[cycle->first];
        assert_int_equal(cycle->shape, block == 0 ? 1 : block == 3 ? 2 : 0);
    }
    finish(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cycles_alike_but_for_addresses_share_one),
        cmocka_unit_test(cycles_that_differ_do_not),
        cmocka_unit_test(attributes_are_known_by_name),
        cmocka_unit_test(long_rings_fold_whatever_their_length),
        cmocka_unit_test(many_offsets_are_an_array),
        cmocka_unit_test(a_shape_describes_its_example),
        cmocka_unit_test(sampled_stacks_do_not_tell_cycles_apart),
        cmocka_unit_test(what_is_retained_counts_once),
        cmocka_unit_test(the_worst_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
