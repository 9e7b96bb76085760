/* Estimates: shares computed by hand, and their mean over many samples that the sampler draws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "preload/sampler.h"
#include "tests/support/dump_builder.h"

static struct dump_builder *sampled_every(uint64_t interval)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->stacks_mode = STACKS_SAMPLED;
    dump_builder_process(builder)->sample_bytes = interval;
    return builder;
}

static struct analysis *analyze(struct dump_builder *builder)
{
    const struct analysis_options options = {0};
    struct analysis *analysis;
    assert_true(analysis_create(dump_builder_open(builder), &options, &analysis, NULL));
    return analysis;
}

static struct analysis *analyze_line(uint64_t interval, const char *line)
{
    struct dump_builder *builder = sampled_every(interval);
    dump_builder_add_graph(builder, line);
    return analyze(builder);
}

static void finish(struct analysis *analysis)
{
    struct dump *dump = (struct dump *)analysis->dump;
    analysis_destroy(analysis);
    dump_close(dump);
}

static const struct site *site_of(const struct analysis *analysis, uint32_t block)
{
    return &analysis->sites.site[sites_of(&analysis->sites, analysis->dump, block)];
}

static void assert_amount(struct amount amount, uint64_t blocks, uint64_t bytes)
{
    assert_int_equal(amount.blocks, blocks);
    assert_int_equal(amount.bytes, bytes);
}

/* Two of three samples: 2/3 of 7 blocks are 4.7, of 700 bytes 466.7. */
static void blocks_of_one_size_divide_as_the_sample_does(void **state)
{
    (void)state;
    struct analysis *analysis =
        analyze_line(1000, "0#1/5:100 1#1/5:100 2#1/6:100 3#1/:100 4#1/:100 5#1/:100 6#1/:100 "
                           "7#1/:100 8#1/:100 9#1/:100");
    assert_amount(site_of(analysis, 0)->live, 2 + 5, 200 + 467);
    assert_amount(site_of(analysis, 2)->live, 1 + 2, 100 + 233);
    assert_amount(site_of(analysis, 3)->live, 0, 0);
    assert_amount(site_of(analysis, 3)->elsewhere, 7, 700);
    assert_true(site_of(analysis, 0)->estimated);
    assert_false(site_of(analysis, 3)->estimated);
    assert_amount(analysis->live, 10, 1000);
    assert_int_equal(analysis->leaks.count, 2);
    assert_int_equal(analysis->leaks.leak[0].example, 0);
    assert_true(analysis->leaks.leak[0].estimated);
    assert_int_equal(analysis->leaks.leak[0].samples, 2);
    assert_int_equal(site_of(analysis, 2)->samples, 1);
    assert_int_equal(site_of(analysis, 3)->samples, 0);
    assert_amount(analysis->leaks.leak[0].own, 7, 667);
    finish(analysis);
}

/* w is 1 / (exp(0.064) - 1) = 15.13 for 64 bytes and 7.38 for 127: 67.2 % of ten blocks; with the
 * bytes 968.3 and 937.8: 50.8 % of 1000 bytes. */
static void a_smaller_block_stands_for_more(void **state)
{
    (void)state;
    struct analysis *analysis =
        analyze_line(1000, "0#1/5:64 1#1/6:127 2#1/:100 3#1/:100 4#1/:100 5#1/:100 6#1/:100 "
                           "7#1/:100 8#1/:100 9#1/:100 10#1/:100 11#1/:100");
    assert_amount(site_of(analysis, 0)->live, 1 + 7, 64 + 508);
    assert_amount(site_of(analysis, 1)->live, 1 + 3, 127 + 492);
    finish(analysis);
}

static void only_blocks_that_are_alike_are_stood_for(void **state)
{
    (void)state;
    /* another caller; twice as large; reachable; with a label; in a cycle; with something held */
    struct analysis *analysis =
        analyze_line(1000, "0#1/5:100 1#2/:100 2#1/:200 3#1/:100 r>3 4#1/:100~node 5#1/:100 5>5 "
                           "6#1/:100 6>7 7#3:100");
    assert_amount(site_of(analysis, 0)->live, 1, 100);
    assert_amount(site_of(analysis, 1)->live, 1, 100);
    assert_amount(site_of(analysis, 2)->live, 5, 600);
    assert_amount(site_of(analysis, 2)->elsewhere, 0, 0);
    assert_amount(site_of(analysis, 2)->of_kind[KIND_REACHABLE], 1, 100);
    assert_amount(site_of(analysis, 2)->held, 1, 100);
    /* Those of its caller that no sample speaks for may be its own. */
    assert_true(site_of(analysis, 0)->estimated);
    assert_false(site_of(analysis, 1)->estimated);
    assert_false(site_of(analysis, 7)->estimated);
    finish(analysis);
}

/* 150 bytes are held by the two that were not sampled; 50 and 60 by those that were. */
static void what_blocks_hold_is_stood_for_too(void **state)
{
    (void)state;
    struct analysis *analysis =
        analyze_line(1000, "0#1/5:100 0>4 1#1/6:100 1>5 2#1/:100 2>6 3#1/:100 3>7 4#2/8:50 "
                           "5#2/8:60 6#2/8:70 7#2/8:80");
    assert_amount(site_of(analysis, 0)->live, 2, 200);
    assert_amount(site_of(analysis, 0)->held, 2, 50 + 68);
    assert_amount(site_of(analysis, 1)->held, 2, 60 + 82);
    assert_amount(site_of(analysis, 2)->held, 0, 0);
    assert_amount(site_of(analysis, 4)->of_kind[KIND_INDIRECT], 4, 260);
    assert_false(site_of(analysis, 4)->estimated);
    assert_amount(analysis->leaks.leak[0].indirect, 2, 142);
    finish(analysis);
}

/* A frame of one is a full stack where none is outside it: here main itself called malloc. */
static void a_short_stack_is_not_a_callers(void **state)
{
    (void)state;
    struct dump_builder *builder = sampled_every(1000);
    const uint64_t pc = DUMP_BUILDER_SITE_PC(1);
    dump_builder_add_graph(builder, "0:100 1#1/:100");
    dump_builder_block(builder, 0)->stack = dump_builder_add_stack(builder, &pc, 1);
    struct analysis *analysis = analyze(builder);
    assert_amount(site_of(analysis, 0)->live, 2, 200);
    assert_true(site_of(analysis, 0)->estimated);
    finish(analysis);
}

/* 1 / (exp(1000) - 1) is 0: nothing is expected beside it, so nothing is added to it. */
static void a_certain_sample_stands_for_itself(void **state)
{
    (void)state;
    struct analysis *analysis = analyze_line(1, "0#1/5:1000 1#1/:1000 2#1/:1000");
    assert_amount(site_of(analysis, 0)->live, 1, 1000);
    assert_amount(site_of(analysis, 1)->live, 2, 2000);
    finish(analysis);
}

static void other_dumps_are_as_they_are(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct dump_builder *builder = sampled_every(i == 2 ? 0 : 1000);
        if (i < 2)
            dump_builder_process(builder)->stacks_mode = i ? STACKS_CALLER : STACKS_FULL;
        dump_builder_add_graph(builder, "0#1/5:100 1#1/:100 2#1/:100");
        struct analysis *analysis = analyze(builder);
        assert_amount(site_of(analysis, 0)->live, 1, 100);
        assert_amount(site_of(analysis, 1)->live, 2, 200);
        assert_false(site_of(analysis, 0)->estimated);
        finish(analysis);
    }
}

static void a_cyclic_row_is_where_its_blocks_count(void **state)
{
    (void)state;
    struct analysis *analysis = analyze_line(1000, "0#1/5:100 0>0 1#1/:100 1>1 2#1/:300");
    assert_amount(site_of(analysis, 0)->live, 2, 200);
    for (uint32_t i = 0; i < analysis->leaks.count; i++)
        assert_int_equal(analysis->leaks.leak[i].cyclic, analysis->leaks.leak[i].example == 0);
    assert_int_equal(analysis->leaks.count, 2);
    finish(analysis);
}

/* Three stacks of one caller, in a program that loses 700, 250 and 50 blocks of theirs. */
#define STACKS 3
#define BLOCKS 1000
#define INTERVAL 2000

static const uint64_t true_blocks[STACKS] = {700, 250, 50};

/* With sizes so that two of the stacks share a group. */
static const uint64_t sizes[STACKS] = {24, 70, 120};

static struct analysis *draw_and_analyze(struct sampler *sampler)
{
    struct dump_builder *builder = sampled_every(INTERVAL);
    uint64_t left[STACKS];
    uint32_t stack[STACKS];
    memcpy(left, true_blocks, sizeof(left));
    for (uint64_t s = 0; s < STACKS; s++) {
        const uint64_t pcs[] = {DUMP_BUILDER_SITE_PC(1), DUMP_BUILDER_SITE_PC(10 + s)};
        stack[s] = dump_builder_add_stack(builder, pcs, 2);
    }
    const uint64_t pcs[] = {DUMP_BUILDER_SITE_PC(1), STACK_NOT_RECORDED};
    uint32_t caller = dump_builder_add_stack(builder, pcs, 2);
    for (uint32_t b = 0, s = 0; b < BLOCKS; b++) {
        while (!left[s = (s + 1) % STACKS])
            continue;
        left[s]--;
        bool taken = sampler_take(sampler, sizes[s], INTERVAL);
        const struct builder_block block = {.address = DUMP_BUILDER_ADDRESS(b),
                                            .bytes = sizes[s],
                                            .stack = taken ? stack[s] : caller};
        dump_builder_add_block(builder, &block);
    }
    return analyze(builder);
}

/* Rows of the analysis, by the frame outside the caller; the caller's own row last. */
static void add_rows(const struct analysis *analysis, double *blocks, double *bytes)
{
    for (uint32_t i = 0; i < analysis->sites.count; i++) {
        const struct site *site = &analysis->sites.site[i];
        uint64_t pc = analysis->dump->stack_pc[analysis->dump->stack_parent[site->stack]];
        uint64_t s = pc == STACK_NOT_RECORDED ? STACKS : (pc - DUMP_BUILDER_SITE_PC(10)) / 16;
        blocks[s] += (double)site->live.blocks;
        bytes[s] += (double)site->live.bytes;
    }
}

static void assert_mean(double sum, double runs, double expected, double tolerance)
{
    double mean = sum / runs;
    if (mean < expected - tolerance || mean > expected + tolerance)
        fail_msg("%g is not %g within %g", mean, expected, tolerance);
}

/*
 * The generator's seed is fixed, so this holds always or never. In one run the last stack's 50
 * blocks give 2.9 samples, an error of some 60 %; over 4000 runs the mean's deviation is 1 % of
 * it, of the others' less. The group of both has 11 samples; where it has few, the ratio pulls
 * towards the larger blocks, by a few per cent: 4 % for the few is allowed, 1 % for the many.
 */
static void estimates_have_the_true_mean(void **state)
{
    (void)state;
    const unsigned runs = 4000;
    double blocks[STACKS + 1] = {0}, bytes[STACKS + 1] = {0};
    struct sampler sampler = {0x123456789abcdef, 0};
    sampler_draw(&sampler, 0, INTERVAL);
    for (unsigned run = 0; run < runs; run++) {
        struct analysis *analysis = draw_and_analyze(&sampler);
        add_rows(analysis, blocks, bytes);
        assert_int_equal(analysis->of_kind[KIND_DEFINITE].blocks, BLOCKS);
        finish(analysis);
    }
    const double tolerance[STACKS] = {0.01, 0.01, 0.04};
    for (int s = 0; s < STACKS; s++) {
        double expected = (double)true_blocks[s];
        double expected_bytes = (double)(true_blocks[s] * sizes[s]);
        assert_mean(blocks[s], runs, expected, tolerance[s] * expected);
        assert_mean(bytes[s], runs, expected_bytes, tolerance[s] * expected_bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_one_size_divide_as_the_sample_does),
        cmocka_unit_test(a_smaller_block_stands_for_more),
        cmocka_unit_test(only_blocks_that_are_alike_are_stood_for),
        cmocka_unit_test(what_blocks_hold_is_stood_for_too),
        cmocka_unit_test(a_short_stack_is_not_a_callers),
        cmocka_unit_test(a_certain_sample_stands_for_itself),
        cmocka_unit_test(other_dumps_are_as_they_are),
        cmocka_unit_test(a_cyclic_row_is_where_its_blocks_count),
        cmocka_unit_test(estimates_have_the_true_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
