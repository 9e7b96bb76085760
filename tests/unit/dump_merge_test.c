/* Dumps of many processes as one: what they had, by place, and again the same when it is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libcaulk/dump_merge.h"
#include "libcaulk/dump_sum.h"
#include "tests/support/dump_builder.h"

/* Merges read from a file of their own. */
static int merged_file;

static struct dump_builder *process(uint32_t pid, const char *host, const char *line)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->pid = pid;
    dump_builder_process(builder)->host = dump_builder_add_string(builder, host);
    dump_builder_add_graph(builder, line);
    return builder;
}

static struct analysis *analyze(struct dump *dump)
{
    const struct analysis_options options = {.all_cycles = false};
    struct analysis *analysis;
    assert_non_null(dump);
    assert_true(analysis_create(dump, &options, &analysis, NULL));
    return analysis;
}

static void finish(struct analysis *analysis)
{
    struct dump *dump = (struct dump *)analysis->dump;
    analysis_destroy(analysis);
    dump_close(dump);
}

static void add_opened(struct dump_merge *merge, struct dump *dump)
{
    struct analysis *analysis = analyze(dump);
    struct error err = {0};
    if (!dump_merge_add(merge, analysis, &err))
        fail_msg("%s", err.message);
    finish(analysis);
}

static void add(struct dump_merge *merge, struct dump_builder *builder)
{
    add_opened(merge, dump_builder_open(builder));
}

static struct dump *reopen(const struct dump_merge *merge)
{
    struct dump *dump;
    struct error err = {0};
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", merged_file);
    assert_int_equal(ftruncate(merged_file, 0), 0);
    if (!dump_merge_write(merge, merged_file, "merged", &err) || !dump_open(path, &dump, &err))
        fail_msg("%s", err.message);
    return dump;
}

/* What was merged, written and read again. */
static struct analysis *merged(struct dump_merge *merge)
{
    struct dump *dump = reopen(merge);
    dump_merge_finish(merge);
    return analyze(dump);
}

static void assert_amounts(struct amount expected, struct amount actual)
{
    assert_int_equal(expected.blocks, actual.blocks);
    assert_int_equal(expected.bytes, actual.bytes);
}

static void assert_same_totals(const struct analysis *expected, const struct analysis *actual)
{
    assert_amounts(expected->live, actual->live);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        assert_amounts(expected->of_kind[kind], actual->of_kind[kind]);
    assert_amounts(expected->cycles.lost, actual->cycles.lost);
    assert_amounts(expected->pending.amount, actual->pending.amount);
    assert_amounts(expected->verdicts.weak, actual->verdicts.weak);
    assert_int_equal(expected->lost_cycles, actual->lost_cycles);
    assert_int_equal(expected->pending_cycles, actual->pending_cycles);
}

/* Sites without a block of their own (a sampled block counts elsewhere) are not in a merged dump.
 */
static void assert_same_leaks(const struct analysis *expected, const struct analysis *actual)
{
    assert_int_equal(expected->leaks.count, actual->leaks.count);
    for (uint32_t i = 0; i < expected->leaks.count; i++) {
        const struct leak *a = &expected->leaks.leak[i], *b = &actual->leaks.leak[i];
        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->cyclic, b->cyclic);
        assert_int_equal(a->estimated, b->estimated);
        assert_int_equal(a->samples, b->samples);
        assert_amounts(a->own, b->own);
        assert_amounts(a->indirect, b->indirect);
        assert_int_equal(a->type == NULL, b->type == NULL);
        assert_string_equal(a->type ? a->type : "", b->type ? b->type : "");
    }
}

/* Of one process: every figure is what it was. */
static void assert_kept(struct dump_builder *builder)
{
    struct dump_merge merge = {0};
    struct analysis *analysis = analyze(dump_builder_open(builder));
    assert_true(dump_merge_add(&merge, analysis, NULL));
    struct analysis *again = merged(&merge);
    assert_true(again->dump->process.merged);
    assert_int_equal(again->dump->merged.process_count, 1);
    assert_same_totals(analysis, again);
    assert_same_leaks(analysis, again);
    finish(analysis);
    finish(again);
}

static void figures_of_one_process_are_kept(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "0>1 1>2 2>0 r>3 3>4+8",
        "0#1 1#1 2#1 3#2 4#3 5#4 8!ignored 10#5^3~x 11#5^900~y 0>1 1>0 3>4 4>5 r>6 6>7+8 8>9",
        "0:4000!pool 0@3992>1+60 1=0 1~x 0~y 1#3^999 stack@4088>1",
        "0%s7Session,1,2 0@16>1 1%s4Peer,1,1 1@16>0 2%c7Session 2~x 3:80%a4Node",
        "0%gdict,1 0@0>1 0@8>1 0@16>1+16 1%mNode,1 1@40>0+16 1@0>2+8 2 3%pstr,0 r>3",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
        assert_kept(process(1, "web1", lines[i]));
    assert_kept(dump_builder_create_full());
}

static void what_comes_back_is_pending_still(void **state)
{
    (void)state;
    struct dump_builder *builder = process(1, "web1", "0%gNode,1 0@16>1+16 1%gNode,1 1@16>0+16");
    dump_builder_python(builder, &(struct dump_python){.collector = DUMP_COLLECTOR_ON});
    assert_kept(builder);
}

static struct dump_builder *sampled(uint32_t pid)
{
    struct dump_builder *builder =
        process(pid, "web1", "0#1/5 0>1 1#1/ 2#1/6 3#1/~x 3>3 4#1/ r>4 5#1/7:0 6#1/ 7#1/ 8#1/5");
    dump_builder_process(builder)->stacks_mode = DUMP_STACKS_SAMPLED;
    dump_builder_process(builder)->sample_bytes = 1000 * pid;
    return builder;
}

static void estimates_stay_estimates(void **state)
{
    (void)state;
    assert_kept(sampled(1));
    struct dump_merge merge = {0};
    add(&merge, sampled(1));
    add(&merge, sampled(2));
    struct analysis *analysis = merged(&merge);
    bool estimated = false;
    for (uint32_t i = 0; i < analysis->leaks.count; i++)
        estimated |= analysis->leaks.leak[i].estimated;
    assert_true(estimated);
    assert_int_equal(analysis->live.blocks, 18);
    assert_non_null(strstr(analysis->warnings.warning[0].text, "are estimated"));
    finish(analysis);
}

static void sums_of_lost_dumps_are_taken(void **state)
{
    (void)state;
    struct dump_builder *builder = process(1, "web1", "0>0 1 2>0+16h summed>1+8 0~x");
    dump_builder_add_sum(builder, &(struct builder_sum){.stack = 1,
                                                        .blocks = 2,
                                                        .bytes = 64,
                                                        .last = 5,
                                                        .later = 1,
                                                        .newer_blocks = 2,
                                                        .newer_bytes = 64,
                                                        .born = {32, 32}});
    dump_builder_weak(builder, 1, 32);
    assert_kept(builder);
}

static void ages_are_counted_from_each_dump(void **state)
{
    (void)state;
    struct dump_merge merge = {0};
    struct dump_builder *old = process(1, "web1", "0^450"), *young = process(2, "web2", "0^110");
    dump_builder_process(old)->uptime_ns = 10000000000; /* 1000 ticks of 10 ms */
    dump_builder_process(young)->uptime_ns = 2000000000;
    dump_builder_process(young)->tick = 200;
    add(&merge, young);
    add(&merge, old);
    struct analysis *analysis = merged(&merge);
    assert_int_equal(analysis->dump->sum_count, 1);
    const struct block_sum *sum = &analysis->dump->sums[0];
    assert_int_equal(analysis->dump->process.tick - sum->first_birth, 551);
    assert_int_equal(analysis->dump->process.tick - sum->last_birth, 91);
    assert_int_equal(sum->born_bytes[4], 64);
    assert_int_equal(sum->born_bytes[5], 64);
    assert_int_equal(sum->later_blocks, 2);
    finish(analysis);
}

static void merged_dumps_are_merged_too(void **state)
{
    (void)state;
    struct dump_merge merge = {0}, more = {0};
    add(&merge, process(1, "web1", "0#1 1#2 2#3 0>1 1>0"));
    add(&merge, process(1, "web2", "0#1 1#4 r>1"));
    add(&more, process(2, "web2", "0#1~x 1#1"));
    add_opened(&more, reopen(&merge));
    dump_merge_finish(&merge);
    struct analysis *analysis = merged(&more);
    uint32_t hosts;
    assert_int_equal(analysis->dump->merged.process_count, 3);
    assert_true(dump_merge_hosts(&analysis->dump->merged, &hosts));
    assert_int_equal(hosts, 2);
    assert_int_equal(analysis->live.blocks, 7);
    assert_int_equal(analysis->of_kind[KIND_DEFINITE].blocks, 6);
    assert_int_equal(analysis->lost_cycles, 1);
    finish(analysis);
}

static void a_process_counts_once(void **state)
{
    (void)state;
    struct dump_merge merge = {0};
    struct error err;
    add(&merge, process(1, "web1", "0"));
    struct analysis *again = analyze(dump_builder_open(process(1, "web1", "0")));
    assert_false(dump_merge_add(&merge, again, &err));
    assert_non_null(
        strstr(err.message, "of process 1 of web1, of which a dump was merged already"));
    finish(again);
    add(&merge, process(1, "web2", "0"));
    struct analysis *analysis = merged(&merge);
    assert_int_equal(analysis->live.blocks, 2);
    struct dump *parts[] = {dump_builder_open(process(7, "web1", "0")),
                            (struct dump *)analysis->dump},
                *sum;
    assert_false(dump_sum(parts, 2, &sum, &err));
    assert_non_null(strstr(err.message, "a merged dump"));
    dump_close(parts[parts[0] == analysis->dump]);
    finish(analysis);
}

static void more_than_the_format_can_say_is_refused(void **state)
{
    (void)state;
    struct dump_merge merge = {0};
    struct error err;
    struct dump_builder *large = process(1, "web1", "0"), *larger = process(2, "web1", "0");
    dump_builder_process(large)->rss_bytes = DUMP_AMOUNT_MAX;
    dump_builder_process(larger)->rss_bytes = 1;
    add(&merge, large);
    struct analysis *analysis = analyze(dump_builder_open(larger));
    assert_false(dump_merge_add(&merge, analysis, &err));
    assert_non_null(strstr(err.message, "too much memory"));
    assert_int_equal(merge.dump->merged.process_count, 1);
    finish(analysis);
    dump_merge_finish(&merge);
}

/* Whatever of it is damaged and sealed again: refused, or figures that add up. */
static void assert_sound(const struct dump_image *image)
{
    struct dump *dump;
    struct amount all = {0, 0};
    struct error err;
    if (!dump_image_open(image, &dump, &err))
        return;
    struct analysis *analysis = analyze(dump);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        amount_add(&all, analysis->of_kind[kind]);
    assert_amounts(analysis->live, all);
    struct dump_merge merge = {0};
    if (dump_merge_add(&merge, analysis, &err))
        dump_close(reopen(&merge));
    dump_merge_finish(&merge);
    finish(analysis);
}

static void damaged_merged_dumps_are_refused_or_sound(void **state)
{
    (void)state;
    struct dump_merge merge = {0};
    add(&merge, sampled(1));
    add(&merge, process(1, "web2", "0#1^7~x 1#2 3!ignored 0>1 1>0 r>2"));
    dump_close(reopen(&merge));
    dump_merge_finish(&merge);
    size_t size = (size_t)lseek(merged_file, 0, SEEK_END);
    uint8_t *bytes = malloc(size), *damaged = malloc(size);
    assert_int_equal(pread(merged_file, bytes, size, 0), size);
    for (size_t i = 0; i < size; i++) {
        static const uint8_t changes[] = {1, 0x80, 0xff};
        for (size_t c = 0; c < sizeof(changes); c++) {
            memcpy(damaged, bytes, size);
            damaged[i] ^= changes[c];
            dump_image_seal(damaged, size);
            assert_sound(&(struct dump_image){damaged, size});
        }
    }
    free(bytes);
    free(damaged);
}

static int set_up(void **state)
{
    (void)state;
    merged_file = memfd_create("merged", MFD_CLOEXEC);
    return merged_file < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    return close(merged_file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_of_one_process_are_kept),
        cmocka_unit_test(what_comes_back_is_pending_still),
        cmocka_unit_test(estimates_stay_estimates),
        cmocka_unit_test(sums_of_lost_dumps_are_taken),
        cmocka_unit_test(ages_are_counted_from_each_dump),
        cmocka_unit_test(merged_dumps_are_merged_too),
        cmocka_unit_test(a_process_counts_once),
        cmocka_unit_test(more_than_the_format_can_say_is_refused),
        cmocka_unit_test(damaged_merged_dumps_are_refused_or_sound),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
