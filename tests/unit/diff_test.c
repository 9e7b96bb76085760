/* Dumps of one process compared: who survived, what grew, who dropped the last pointer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/diff.h"
#include "tests/support/dump_builder.h"

#define MOST_DUMPS 3

/* Dump n of the process, at tick 1000 n, 10 n seconds from its start. */
static const struct dump_python *python; /* of every dump; NULL: none */

static struct dump *dump_of(uint32_t sequence, const char *line)
{
    struct dump_builder *builder = dump_builder_create();
    struct dump_process *process = dump_builder_process(builder);
    process->sequence = sequence;
    process->tick = 1000 * sequence;
    process->uptime_ns = sequence * UINT64_C(10000000000);
    dump_builder_add_graph(builder, line);
    if (python)
        dump_builder_python(builder, python);
    return dump_builder_open(builder);
}

struct compared {
    struct dump *dumps[MOST_DUMPS];
    uint32_t count;
    struct analysis *oldest, *newest;
    struct diff diff;
};

static struct compared compare(const char *const *lines, uint32_t count)
{
    struct compared compared = {.count = count};
    const struct analysis_options options = {.all_cycles = false};
    for (uint32_t i = 0; i < count; i++)
        compared.dumps[i] = dump_of(i + 1, lines[i]);
    assert_true(analysis_create(compared.dumps[0], &options, &compared.oldest, NULL));
    assert_true(analysis_create(compared.dumps[count - 1], &options, &compared.newest, NULL));
    assert_true(
        diff_init(&compared.diff, compared.dumps, count, compared.oldest, compared.newest, NULL));
    return compared;
}

static struct compared compare_two(const char *old, const char *new)
{
    return compare((const char *const[]){old, new}, 2);
}

static void compared_finish(struct compared *compared)
{
    diff_finish(&compared->diff);
    analysis_destroy(compared->oldest);
    analysis_destroy(compared->newest);
    for (uint32_t i = 0; i < compared->count; i++)
        dump_close(compared->dumps[i]);
}

static void assert_blocks(const struct compared *compared, uint64_t born, uint64_t freed,
                          uint64_t survived)
{
    assert_int_equal(compared->diff.born.blocks, born);
    assert_int_equal(compared->diff.freed.blocks, freed);
    assert_int_equal(compared->diff.survived.blocks, survived);
}

static void a_reused_address_is_no_survivor(void **state)
{
    (void)state;
    struct compared compared = compare_two("r>0 0^7 0:100", "r>0 0^1001 0:100");
    assert_blocks(&compared, 1, 1, 0);
    compared_finish(&compared);
    compared = compare_two("r>0 0^7 0:100", "r>0 0^7 0:100");
    assert_blocks(&compared, 0, 0, 1);
    compared_finish(&compared);
    compared = compare_two("r>0 0^7#1", "r>0 0^7#2");
    assert_blocks(&compared, 1, 1, 0);
    compared_finish(&compared);
    compared = compare_two("r>0 0^7:100", "r>0 0^7:101");
    assert_blocks(&compared, 1, 1, 0);
    compared_finish(&compared);
}

/* The same stacks have other numbers where other sites came first. */
static void sites_are_told_by_their_stacks(void **state)
{
    (void)state;
    struct compared compared = compare_two(
        "0#5 1#6 2#7 r>1 r>2", "0#9^1001 1#6 2#7 3#6^1001 4#6^1001:200 r>0 r>1 r>2 r>3 r>4");
    const struct diff *diff = &compared.diff;
    assert_int_equal(diff->site_count, 4);
    assert_int_equal(growth_gain(&diff->site[0].growth), 264);
    assert_int_equal(diff->site[0].growth.survived.blocks, 1);
    assert_int_equal(diff->site[0].trend, TREND_GROWING);
    assert_int_equal(diff->site[1].growth.born.blocks, 1);
    assert_int_equal(diff->site[2].trend, TREND_STEADY);
    assert_int_equal(diff->site[3].new_site, SITE_NONE);
    assert_int_equal(diff->site[3].growth.freed.blocks, 1);
    assert_int_equal(diff->site[3].trend, TREND_SHRINKING);
    compared_finish(&compared);
}

static void what_came_and_went_between_is_not_born(void **state)
{
    (void)state;
    const char *const lines[] = {"r>0 0#1", "r>0 0#1 1#2^1500 r>1 2#1^1500 r>2",
                                 "r>0 0#1 1#1^2500 r>1 2#1^1500 r>2"};
    struct compared compared = compare(lines, 3);
    assert_blocks(&compared, 2, 0, 1);
    assert_int_equal(compared.diff.site_count, 1);
    assert_int_equal(compared.diff.site[0].samples[1].bytes, 128);
    assert_int_equal(compared.diff.site[0].growth.born_part[1], 64);
    compared_finish(&compared);
}

static const struct dropped *only(const struct compared *compared)
{
    assert_int_equal(compared->diff.dropped.count, 1);
    return &compared->diff.dropped.dropped[0];
}

static void a_slot_was_overwritten(void **state)
{
    (void)state;
    struct compared compared = compare_two("r>0 0@24>1 1>2", "r>0 1>2 0@24>3 3^1001");
    const struct dropped *dropped = only(&compared);
    assert_int_equal(dropped->block, 1);
    assert_int_equal(dropped->holder, 0);
    assert_int_equal(dropped->offset, 24);
    assert_false(dropped->freed);
    compared_finish(&compared);
}

static void a_holder_was_freed(void **state)
{
    (void)state;
    struct compared compared = compare_two("r>0 0@8>1 1@16>2", "r>0 1^1001 2");
    const struct dropped *dropped = only(&compared);
    assert_int_equal(dropped->block, 2);
    assert_int_equal(dropped->holder, 1);
    assert_true(dropped->freed);
    compared_finish(&compared);
}

static void a_root_let_go(void **state)
{
    (void)state;
    struct compared compared = compare_two("stack>0 r@40>0 0>1 1>0", "0>1 1>0");
    const struct dropped *dropped = only(&compared); /* the other member was held by this one */
    assert_int_equal(dropped->block, 0);
    assert_non_null(dropped->root);
    assert_int_equal(dropped->root->kind, ROOT_GLOBAL);
    assert_int_equal(dropped->offset, 40);
    assert_int_equal(compared.diff.newly_lost_cycles, 1);
    assert_int_equal(compared.diff.newly_lost[KIND_DEFINITE].blocks, 2);
    compared_finish(&compared);
}

static void what_was_lost_before_has_no_news(void **state)
{
    (void)state;
    struct compared compared = compare_two("0>1 1>0 2", "0>1 1>0 2 3^1001");
    assert_int_equal(compared.diff.dropped.count, 0);
    assert_int_equal(compared.diff.dropped.unknown.blocks, 1);
    assert_int_equal(compared.diff.newly_lost_cycles, 0);
    assert_int_equal(compared.diff.newly_lost[KIND_DEFINITE].blocks, 1);
    compared_finish(&compared);
}

/* Python's collector comes back for what is pending, but not where two dumps show it. */
static void what_is_pending_twice(void **state)
{
    (void)state;
    static const struct dump_python on = {.collector = DUMP_COLLECTOR_ON};
    python = &on;
    struct compared compared =
        compare_two("0%gA 0@16>0+16 1 r>1", "0%gA 0@16>0+16 1%gA^1500 1@16>1+16");
    assert_int_equal(compared.newest->pending.amount.blocks, 2);
    assert_int_equal(compared.diff.newly_lost[KIND_DEFINITE].blocks, 1);
    assert_int_equal(compared.diff.newly_lost_cycles, 1);
    compared_finish(&compared);
    python = NULL;
}

/* They had a holder in the older dump; what was collected drops nothing. */
static void nobody_dropped_what_is_pending(void **state)
{
    (void)state;
    static const struct dump_python on = {.collector = DUMP_COLLECTOR_ON},
                                    off = {.collector = DUMP_COLLECTOR_OFF};
    static const char old[] = "0 r>0 0@16>1+16 1%gA 1@16>1+16 2 0@24>2",
                      new[] = "0 r>0 1%gA 1@16>1+16 2 3%gA^1500 3@16>3+16";
    python = &on;
    struct compared compared = compare_two(old, new);
    assert_int_equal(compared.newest->pending.amount.blocks, 2);
    assert_int_equal(only(&compared)->block, 2);
    assert_int_equal(compared.diff.dropped.unknown.blocks, 0);
    compared_finish(&compared);
    python = &off;
    compared = compare_two(old, new);
    assert_int_equal(compared.diff.dropped.count, 2);
    assert_int_equal(compared.diff.dropped.unknown.blocks, 1);
    compared_finish(&compared);
    python = NULL;
}

/* What CPython took from a list of free ones is another object than the one that was put there. */
static void an_object_made_of_a_freed_one_is_new(void **state)
{
    (void)state;
    struct compared compared = compare_two("0%gA,0 r>0+16", "0%gA,1 0@24>0+16");
    assert_int_equal(compared.diff.dropped.count, 0);
    assert_int_equal(compared.diff.dropped.unknown.blocks, 1);
    compared_finish(&compared);
}

/* Of two callers, each called from two places, other blocks were sampled in each of the dumps. */
static void sampled_blocks_are_told_by_caller(void **state)
{
    (void)state;
    struct dump *dumps[] = {
        dump_of(1, "r>0 0#1/5 0>1 1#1/ 0>2 2#2/6 0>3 3#2/"),
        dump_of(2, "r>0 0#1/5 0>1 1#1/ 0>2 2#2/6 0>3 3#2/ 0>4 4#1/^1500 0>5 5#1/6^1500 0>6 "
                   "6#1/7^1500"),
    };
    const struct analysis_options options = {.all_cycles = false};
    struct compared compared = {.count = 2, .dumps = {dumps[0], dumps[1]}};
    for (int d = 0; d < 2; d++)
        dumps[d]->process.stacks_mode = STACKS_SAMPLED;
    assert_true(analysis_create(dumps[0], &options, &compared.oldest, NULL));
    assert_true(analysis_create(dumps[1], &options, &compared.newest, NULL));
    assert_true(
        diff_init(&compared.diff, compared.dumps, 2, compared.oldest, compared.newest, NULL));
    assert_true(compared.diff.by_caller);
    assert_int_equal(compared.diff.site_count, 2);
    assert_int_equal(compared.diff.site[0].growth.born.blocks, 3);
    assert_int_equal(compared.diff.site[0].growth.survived.blocks, 2);
    assert_int_equal(compared.diff.site[1].growth.born.blocks, 0);
    assert_int_equal(compared.diff.site[1].growth.survived.blocks, 2);
    compared_finish(&compared);
}

static void only_later_dumps_of_one_process_are_compared(void **state)
{
    (void)state;
    struct error err;
    struct dump *old = dump_of(1, "r>0"), *new = dump_of(2, "r>0");
    assert_true(dump_pair_check(old, new, &err));
    assert_false(dump_pair_check(new, old, &err));
    assert_false(dump_pair_check(new, new, &err));
    new->process.start_ns++;
    assert_false(dump_pair_check(old, new, &err));
    new->process.start_ns--;
    new->process.pid++;
    assert_false(dump_pair_check(old, new, &err));
    assert_non_null(strstr(err.message, "of process 4712"));
    new->process.pid--;
    new->process.program = "/bin/other";
    assert_false(dump_pair_check(old, new, &err));
    dump_close(old);
    dump_close(new);
}

/* Dump n of the process with the blocks of the line in full, and that many of 10 bytes summed, of
 * which some were born since the dump before; all of one site. */
static struct dump *lost_dump_of(uint32_t sequence, const char *line, uint64_t summed,
                                 uint64_t newer)
{
    struct dump_builder *builder = dump_builder_create();
    struct dump_process *process = dump_builder_process(builder);
    process->sequence = sequence;
    process->tick = 1000 * sequence;
    process->uptime_ns = sequence * UINT64_C(10000000000);
    dump_builder_add_graph(builder, line);
    dump_builder_since(builder, 1000 * (sequence - 1) + (sequence > 1));
    dump_builder_add_sum(builder, &(struct builder_sum){.stack = 2,
                                                        .blocks = summed,
                                                        .bytes = 10 * summed,
                                                        .newer_blocks = newer,
                                                        .newer_bytes = 10 * newer,
                                                        .born = {10 * summed}});
    return dump_builder_open(builder);
}

static struct compared compare_dumps(struct dump *old, struct dump *new, struct error *err)
{
    struct compared compared = {.count = 2, .dumps = {old, new}};
    const struct analysis_options options = {.all_cycles = false};
    assert_true(analysis_create(old, &options, &compared.oldest, NULL));
    assert_true(analysis_create(new, &options, &compared.newest, NULL));
    err->message[0] = '\0';
    if (!diff_init(&compared.diff, compared.dumps, 2, compared.oldest, compared.newest, err))
        assert_true(err->message[0]);
    return compared;
}

/* Block 0 was lost before, 1 is since; 2 was reachable before: it was in the sum. */
static void sums_tell_what_was_born(void **state)
{
    (void)state;
    struct error err;
    struct compared compared =
        compare_dumps(lost_dump_of(1, "0^7 0:10", 8, 8),
                      lost_dump_of(2, "0^7 0:10 1^1500 1:10 2^9 2:10", 9, 5), &err);
    assert_string_equal(err.message, "");
    assert_blocks(&compared, 6, 3, 6);
    assert_int_equal(compared.diff.born.bytes, 60);
    assert_int_equal(compared.diff.site_count, 1);
    assert_int_equal(compared.diff.site[0].samples[0].bytes, 90);
    assert_int_equal(compared.diff.site[0].samples[1].bytes, 120);
    assert_int_equal(compared.diff.newly_lost[KIND_DEFINITE].blocks, 2);
    compared_finish(&compared);
}

static void assert_incomparable(struct dump *old, struct dump *new, const char *expected)
{
    struct error err;
    struct compared compared = compare_dumps(old, new, &err);
    if (!strstr(err.message, expected))
        fail_msg("expected \"%s\", got \"%s\"", expected, err.message);
    compared_finish(&compared);
}

static void sums_compare_with_the_dump_before(void **state)
{
    (void)state;
    assert_incomparable(dump_of(1, "0"), lost_dump_of(2, "0", 1, 0), "it compares with such dumps");
    assert_incomparable(lost_dump_of(1, "0", 1, 0), dump_of(2, "0"), "it compares with such dumps");
    assert_incomparable(lost_dump_of(1, "0", 1, 0), lost_dump_of(3, "0", 1, 0), "made just before");
    assert_incomparable(lost_dump_of(1, "0", 1, 0), lost_dump_of(2, "0", 9, 0),
                        "more survived than there was");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reused_address_is_no_survivor),
        cmocka_unit_test(sites_are_told_by_their_stacks),
        cmocka_unit_test(what_came_and_went_between_is_not_born),
        cmocka_unit_test(a_slot_was_overwritten),
        cmocka_unit_test(a_holder_was_freed),
        cmocka_unit_test(a_root_let_go),
        cmocka_unit_test(what_was_lost_before_has_no_news),
        cmocka_unit_test(what_is_pending_twice),
        cmocka_unit_test(nobody_dropped_what_is_pending),
        cmocka_unit_test(an_object_made_of_a_freed_one_is_new),
        cmocka_unit_test(sampled_blocks_are_told_by_caller),
        cmocka_unit_test(only_later_dumps_of_one_process_are_compared),
        cmocka_unit_test(sums_tell_what_was_born),
        cmocka_unit_test(sums_compare_with_the_dump_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
