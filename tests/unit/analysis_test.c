/* The one result: totals, sites, leaks and their sums, on heaps of one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "libcaulk/cycle_edges.h"
#include "tests/support/dump_builder.h"

static struct analysis *analyze(struct dump *dump, bool all_cycles)
{
    struct analysis_options options = {.all_cycles = all_cycles};
    struct analysis *analysis;
    assert_true(analysis_create(dump, &options, &analysis, NULL));
    return analysis;
}

static void assert_amount(struct amount amount, uint64_t blocks, uint64_t bytes)
{
    assert_int_equal(amount.blocks, blocks);
    assert_int_equal(amount.bytes, bytes);
}

static void assert_sums_agree(const struct analysis *analysis)
{
    struct amount kinds = {0, 0}, held = {0, 0}, rows = {0, 0};
    for (int kind = 0; kind < KIND_COUNT; kind++)
        amount_add(&kinds, analysis->of_kind[kind]);
    assert_memory_equal(&kinds, &analysis->live, sizeof(kinds));
    for (uint32_t i = 0; i < analysis->leaks.count; i++) {
        amount_add(&held, analysis->leaks.leak[i].indirect);
        amount_add(&rows, analysis->leaks.leak[i].own);
    }
    assert_memory_equal(&held, &analysis->of_kind[KIND_INDIRECT], sizeof(held));
    assert_int_equal(rows.blocks, analysis->of_kind[KIND_DEFINITE].blocks +
                                      analysis->of_kind[KIND_POSSIBLE].blocks);
}

static void totals_add_up(void **state)
{
    (void)state;
    struct dump *dump =
        dump_from_graph("r>0 0:10 1:20 1>2 2:30 r>3+8 3:40 4!ignored 4:50 4>5 5:60 6:70 6>6");
    struct analysis *analysis = analyze(dump, false);
    assert_amount(analysis->live, 7, 280);
    assert_amount(analysis->of_kind[KIND_REACHABLE], 1, 10);
    assert_amount(analysis->of_kind[KIND_DEFINITE], 2, 90);
    assert_amount(analysis->of_kind[KIND_INDIRECT], 1, 30);
    assert_amount(analysis->of_kind[KIND_POSSIBLE], 1, 40);
    assert_amount(analysis->of_kind[KIND_SUPPRESSED], 2, 110);
    assert_int_equal(analysis->cycles.lost_count, 1);
    assert_amount(analysis->cycles.lost, 1, 70);
    assert_sums_agree(analysis);
    analysis_destroy(analysis);
    dump_close(dump);
}

static void leaks_are_rows_by_site_and_kind(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0#1:10 1#1:10 r>2+8 2#1:20 3#2:16 3>4 4#3:500 5#2:16 5>3 "
                                        "3>5 0^100 1^300 6#4 r>6");
    struct analysis *analysis = analyze(dump, false);
    const struct leaks *leaks = &analysis->leaks;
    assert_int_equal(leaks->count, 3);

    assert_int_equal(leaks->leak[0].example, 3);
    assert_int_equal(leaks->leak[0].kind, KIND_DEFINITE);
    assert_true(leaks->leak[0].cyclic);
    assert_amount(leaks->leak[0].own, 2, 32);
    assert_amount(leaks->leak[0].indirect, 1, 500);
    assert_int_equal(leaks->leak[0].site, 0);

    assert_int_equal(leaks->leak[1].kind, KIND_DEFINITE);
    assert_false(leaks->leak[1].cyclic);
    assert_amount(leaks->leak[1].own, 2, 20);
    assert_true(leaks->leak[1].born_known);
    assert_true(leaks->leak[1].first_seconds == 1.0);
    assert_true(leaks->leak[1].last_seconds == 3.0);

    assert_int_equal(leaks->leak[2].kind, KIND_POSSIBLE);
    assert_int_equal(leaks->leak[2].example, 2);
    assert_int_equal(leaks->leak[1].site, leaks->leak[2].site);

    assert_int_equal(analysis->sites.count, 4);
    assert_int_equal(analysis->sites.site[sites_of(&analysis->sites, dump, 6)].live.blocks, 1);
    assert_sums_agree(analysis);
    analysis_destroy(analysis);
    dump_close(dump);
}

static void a_type_is_what_all_blocks_share(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0#1~node 1#1~node 2#2~node 3#2 4#3~node 5#3~edge");
    struct analysis *analysis = analyze(dump, false);
    for (uint32_t i = 0; i < analysis->leaks.count; i++) {
        const struct leak *leak = &analysis->leaks.leak[i];
        if (leak->example == 0)
            assert_string_equal(leak->type, "node");
        else
            assert_null(leak->type);
        if (leak->example == 0)
            assert_string_equal(analysis->sites.site[leak->site].type, "node");
        else
            assert_null(analysis->sites.site[leak->site].type);
    }
    analysis_destroy(analysis);
    dump_close(dump);
}

static void births_given_up_are_not_known(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0");
    dump_builder_process(builder)->flags |= DUMP_PROCESS_NO_BIRTHS;
    struct dump *dump = dump_builder_open(builder);
    struct analysis *analysis = analyze(dump, false);
    assert_false(analysis->leaks.leak[0].born_known);
    analysis_destroy(analysis);
    dump_close(dump);
}

static void births_are_not_after_the_dump(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0^10");
    dump_builder_process(builder)->uptime_ns = 50000000;
    struct dump *dump = dump_builder_open(builder);
    struct analysis *analysis = analyze(dump, false);
    assert_true(analysis->leaks.leak[0].last_seconds == 0.05);
    analysis_destroy(analysis);
    dump_close(dump);
}

static void an_empty_heap_has_no_rows(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("");
    struct analysis *analysis = analyze(dump, true);
    assert_amount(analysis->live, 0, 0);
    assert_int_equal(analysis->leaks.count, 0);
    assert_int_equal(analysis->sites.count, 0);
    assert_int_equal(analysis->cycles.count, 0);
    assert_int_equal(analysis->shapes.count, 0);
    assert_int_equal(analysis->warnings.count, 0);
    analysis_destroy(analysis);
    dump_close(dump);
}

/* A heap with everything in it, a word at a time. Each format takes two numbers; what follows a
 * space is cut off. */
static void add_random_word(struct dump_builder *builder, unsigned *seed)
{
    static const char *const words[] = {
        "%u>%u ",   "%u>%u+8",        "%u>%u+16m",      "%u=%u ",
        "r>%u #%u", "stack>%u+8 #%u", "%u!ignored #%u", "%u!pool #%u",
        "%u^%u",    "%u!runtime #%u", "%u#%u",          "%u^%u",
    };
    char word[64];
    unsigned kind = (unsigned)rand_r(seed) % 40;
    const char *format = words[kind < 12 ? kind : kind % 3];
    snprintf(word, sizeof(word), format, (unsigned)rand_r(seed) % 12, (unsigned)rand_r(seed) % 12);
    word[strcspn(word, " ")] = '\0';
    dump_builder_add_graph(builder, word);
}

static void assert_cycles_agree(const struct analysis *analysis)
{
    for (uint32_t c = 0; c < analysis->cycles.count; c++) {
        const struct cycle *cycle = &analysis->cycles.cycle[c];
        struct cycle_edge *edges;
        uint64_t count, total;
        assert_true(cycle->retained.blocks >= cycle->own.blocks);
        assert_true(cycle->shape < analysis->shapes.count);
        assert_true(cycle_edges(&analysis->cycles, &analysis->heap, c, 1000, NULL, &edges, &count,
                                &total, NULL));
        assert_int_equal(count, total);
        assert_true(count >= cycle->member_count && edges[0].opens);
        for (uint64_t e = 0; e < count; e++)
            assert_true(cycle_has(&analysis->cycles, cycle, edges[e].from) &&
                        cycle_has(&analysis->cycles, cycle, edges[e].to));
        free(edges);
    }
}

static void random_heaps_add_up(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 1000; n++) {
        unsigned seed = n;
        struct dump_builder *builder = dump_builder_create();
        dump_builder_add_graph(builder, "0 5~a 6~a 11");
        for (unsigned i = 0; i < n % 60; i++)
            add_random_word(builder, &seed);
        dump_builder_block(builder, 3)->bytes = 0x2800; /* 4 and 5 lie in it */
        struct dump *dump = dump_builder_open(builder);
        struct analysis *analysis = analyze(dump, n % 2);
        assert_sums_agree(analysis);
        assert_cycles_agree(analysis);
        analysis_destroy(analysis);
        dump_close(dump);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_add_up),
        cmocka_unit_test(leaks_are_rows_by_site_and_kind),
        cmocka_unit_test(a_type_is_what_all_blocks_share),
        cmocka_unit_test(births_given_up_are_not_known),
        cmocka_unit_test(births_are_not_after_the_dump),
        cmocka_unit_test(an_empty_heap_has_no_rows),
        cmocka_unit_test(random_heaps_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
