/* The stacks that were sampled in a shape's cycles, the commonest first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "tests/support/dump_builder.h"

/* Six equal pairs; of one caller two stacks were sampled three times, of the other none. */
static const char pairs[] = "0#1/5 1#2/ 0>1 1>0 2#1/6 3#2/ 2>3 3>2 4#1/ 5#2/ 4>5 5>4 "
                            "6#1/6 7#2/ 6>7 7>6 8#1/ 9#2/ 8>9 9>8 10#1/5~x 11#2/ 10>11 11>10";

static struct analysis *analyze(uint32_t mode)
{
    struct dump_builder *builder = dump_builder_create();
    const struct analysis_options options = {0};
    struct analysis *analysis;
    dump_builder_process(builder)->stacks_mode = mode;
    dump_builder_process(builder)->sample_bytes = 1000;
    dump_builder_add_graph(builder, pairs);
    assert_true(analysis_create(dump_builder_open(builder), &options, &analysis, NULL));
    return analysis;
}

static void finish(struct analysis *analysis)
{
    struct dump *dump = (struct dump *)analysis->dump;
    analysis_destroy(analysis);
    dump_close(dump);
}

static const struct shape_stack *find(const struct analysis *analysis, uint32_t block,
                                      size_t *ret_count)
{
    uint32_t cycle = cycles_find(&analysis->cycles, block);
    return shape_stacks_of(&analysis->shape_stacks, analysis->cycles.cycle[cycle].shape, block,
                           ret_count);
}

static void each_member_has_its_own_commonest_first(void **state)
{
    (void)state;
    struct analysis *analysis = analyze(STACKS_SAMPLED);
    size_t count = 0;
    const struct shape_stack *stacks = find(analysis, 4, &count);
    assert_int_equal(count, 2);
    assert_int_equal(stacks[0].blocks, 2);
    assert_int_equal(stacks[0].block, 2);
    assert_int_equal(stacks[0].stack, analysis->dump->block_stack[6]);
    assert_int_equal(stacks[1].blocks, 1);
    assert_int_equal(stacks[1].block, 0);
    assert_null(find(analysis, 5, &count));
    stacks = find(analysis, 10, &count);
    assert_int_equal(count, 1);
    assert_int_equal(stacks[0].block, 10);
    finish(analysis);
}

static void without_sampling_there_is_none(void **state)
{
    (void)state;
    struct analysis *analysis = analyze(STACKS_FULL);
    size_t count;
    assert_null(find(analysis, 0, &count));
    finish(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_member_has_its_own_commonest_first),
        cmocka_unit_test(without_sampling_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
