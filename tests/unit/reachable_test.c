/*
 * The same process, dumped in full and with its reachable blocks summed: both must lead to the same
 * verdicts, leaks, cycles and totals.
 */
#include "preload/reachable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "tests/support/own_dump.h"
#include "tests/support/random_heap.h"

struct judged {
    struct dump *dump;
    struct analysis *analysis;
};

static struct judged judge(struct dump *dump)
{
    struct judged judged = {.dump = dump};
    struct analysis_options options = {0};
    struct error err;
    assert_true(analysis_create(dump, &options, &judged.analysis, &err));
    return judged;
}

static void finish(struct judged *judged)
{
    analysis_destroy(judged->analysis);
    dump_close(judged->dump);
}

static void assert_amount(struct amount a, struct amount b)
{
    assert_int_equal(a.blocks, b.blocks);
    assert_int_equal(a.bytes, b.bytes);
}

static void assert_same_verdicts(const struct judged *full, const struct judged *lost)
{
    uint32_t kept = 0;
    for (uint32_t b = 0; b < full->dump->block_count; b++) {
        enum block_kind kind = verdicts_kind(&full->analysis->verdicts, b);
        if (kind == KIND_REACHABLE)
            continue;
        assert_true(kept < lost->dump->block_count);
        assert_true(full->dump->block_address[b] == lost->dump->block_address[kept]);
        assert_int_equal(kind, verdicts_kind(&lost->analysis->verdicts, kept));
        assert_int_equal(full->dump->block_flags[b], lost->dump->block_flags[kept]);
        kept++;
    }
    assert_int_equal(kept, lost->dump->block_count);
}

static void assert_same_totals(const struct analysis *full, const struct analysis *lost)
{
    assert_amount(full->live, lost->live);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        assert_amount(full->of_kind[kind], lost->of_kind[kind]);
    /* Which words look stale only the whole dump tells. */
    assert_int_equal(full->verdicts.weak.blocks - full->verdicts.weak_words.blocks,
                     lost->verdicts.weak.blocks);
    assert_int_equal(full->sites.count, lost->sites.count);
    for (uint32_t i = 0; i < full->sites.count; i++) {
        const struct site *a = &full->sites.site[i], *b = &lost->sites.site[i];
        assert_int_equal(a->stack, b->stack);
        assert_amount(a->live, b->live);
        assert_int_equal(a->samples, b->samples);
        assert_true((!a->type && !b->type) || strcmp(a->type, b->type) == 0);
        for (int kind = 0; kind < KIND_COUNT; kind++)
            assert_amount(a->of_kind[kind], b->of_kind[kind]);
    }
}

static void assert_same_leaks(const struct judged *full, const struct judged *lost)
{
    const struct leaks *all = &full->analysis->leaks, *same = &lost->analysis->leaks;
    assert_int_equal(all->count, same->count);
    for (uint32_t i = 0; i < all->count; i++) {
        assert_int_equal(all->leak[i].site, same->leak[i].site);
        assert_int_equal(all->leak[i].kind, same->leak[i].kind);
        assert_int_equal(all->leak[i].cyclic, same->leak[i].cyclic);
        assert_amount(all->leak[i].own, same->leak[i].own);
        assert_amount(all->leak[i].indirect, same->leak[i].indirect);
        assert_true(full->dump->block_address[all->leak[i].example] ==
                    lost->dump->block_address[same->leak[i].example]);
    }
    assert_int_equal(full->analysis->cycles.lost_count, lost->analysis->cycles.lost_count);
    assert_int_equal(full->analysis->shapes.lost_count, lost->analysis->shapes.lost_count);
    for (uint32_t i = 0; i < full->analysis->cycles.lost_count; i++)
        assert_amount(full->analysis->cycles.cycle[i].retained,
                      lost->analysis->cycles.cycle[i].retained);
}

static void compare(uint64_t *kinds)
{
    struct dump *dumps[2];
    take_both_dumps(&dumps[0], &dumps[1]);
    struct judged full = judge(dumps[0]), lost = judge(dumps[1]);
    assert_true(lost.dump->process.only_lost && !full.dump->process.only_lost);
    assert_same_verdicts(&full, &lost);
    assert_same_totals(full.analysis, lost.analysis);
    assert_same_leaks(&full, &lost);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        kinds[kind] += full.analysis->of_kind[kind].blocks;
    finish(&full), finish(&lost);
}

static void test_the_same_as_in_full(void **state)
{
    (void)state;
    uint64_t kinds[KIND_COUNT] = {0};
    for (uint32_t seed = 0; seed < 15; seed++) {
        const struct random_heap heap = {
            .seed = seed,
            .sites = 5,
            .edges = RANDOM_HEAP_BLOCKS / 2 + seed * 50,
            .annotations = seed % 3 * 15,
        };
        random_heap_build(&heap);
        compare(kinds);
        random_heap_clear();
    }
    for (int kind = 0; kind < KIND_COUNT; kind++) /* each is met */
        assert_true(kinds[kind] > 10);
}

static void *many;

/* More than there is room for on the stack of marks, each with a block behind it. */
static void test_more_than_there_is_room_for(void **state)
{
    (void)state;
    enum { LEAVES = MARKS_STACK_ENTRIES + 50000 };
    void **table = tracked(LEAVES * sizeof(*table));
    for (size_t i = 0; i < LEAVES; i++) {
        table[i] = tracked(16);
        if (i % 100 == 0)
            *(void **)table[i] = tracked(16);
    }
    many = table;
    struct dump *dump = take_dump_of_lost();
    many = NULL;
    assert_int_equal(dump->block_count, 0);
    assert_int_equal(dump->sum_count, 1);
    assert_int_equal(dump->sums[0].blocks, 1 + LEAVES + (LEAVES + 99) / 100);
    dump_close(dump);
    for (size_t i = 0; i < LEAVES; i++) {
        if (i % 100 == 0)
            drop(*(void **)table[i]);
        drop(table[i]);
    }
    drop(table);
}

/* Returns the block hidden, so that no register is left with a pointer to it. */
static __attribute__((noinline)) void *make_possible(void)
{
    char *possible = tracked(64), **holder = tracked(64);
    holder[3] = possible + 20;
    many = holder;
    return hide(possible);
}

static void test_what_points_to_possible_blocks(void **state)
{
    (void)state;
    void *possible = make_possible();
    struct dump *dump = take_dump_of_lost();
    assert_int_equal(dump->block_count, 1);
    assert_int_equal(references(dump, hide(possible), ROOT_SUMMED), 1);
    assert_int_equal(dump->refs.target_offset[0], 20);
    dump_close(dump);
    drop(hide(possible)), drop(many);
    many = NULL;
}

static void test_sums_tell_births(void **state)
{
    (void)state;
    many = tracked(100);
    struct dump *dump = take_dump_of_lost();
    assert_int_equal(dump->sum_count, 1);
    const struct block_sum *sum = &dump->sums[0];
    assert_int_equal(dump->stack_pc[sum->stack], own_dump_site());
    assert_int_equal(sum->blocks, 1);
    assert_int_equal(sum->bytes, 100);
    assert_int_equal(sum->first_birth, OWN_DUMP_BIRTH);
    assert_int_equal(sum->last_birth, OWN_DUMP_BIRTH);
    assert_int_equal(sum->born_bytes[OWN_DUMP_BIRTH * 10 / OWN_DUMP_TICK], 100);
    assert_null(sum->label);
    dump_close(dump);
    drop(many);
    many = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_as_in_full),
        cmocka_unit_test(test_what_points_to_possible_blocks),
        cmocka_unit_test(test_sums_tell_births),
        cmocka_unit_test(test_more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, own_dump_start, NULL);
}
