/* Sums of blocks that are not in the dump: each check of their decoder is met by one that only it
 * refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "tests/support/section_cases.h"

/* The same in a dump of lost blocks alone. */
static void assert_flags_refused(const struct section_case *cases, size_t count, uint32_t flags)
{
    for (size_t i = 0; i < count; i++) {
        struct dump_builder *builder = dump_builder_create();
        dump_builder_add_graph(builder, "2 r>0");
        dump_builder_process(builder)->flags |= flags;
        struct dump_image image = dump_builder_image_with(builder, cases[i].kind, cases[i].bytes,
                                                          cases[i].size, cases[i].count);
        assert_refused(&image, cases[i].expected);
        free(image.bytes);
        dump_builder_destroy(builder);
    }
}

static void sums(void **state)
{
    (void)state;
#define WEAK "\0\0\0"
#define NO_OWNERS WEAK "\0"
#define NO_TENTHS "\0\0\0\0\0\0\0\0\0\0\0\0"
#define SUM "\0\0\0\1\5\0\0\0\0\0\5\0\0\0\0\0\0\0\0\0"
    static const struct section_case cases[] = {
        SECTION(DUMP_SUMS, UINT64_MAX, WEAK, "section SUMS: 18446744073709551615 records"),
        SECTION(DUMP_SUMS, 0, "", "SUMS: record 0: the section ends in a number"),
        SECTION(DUMP_SUMS, 0, "\0\0\xe9\7\0",
                "the dump before was made at tick 1000, this at 1000"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\1\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0",
                "record 0: more was born later than there is"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\1\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0",
                "record 0: more was born later than there is"),
        SECTION(DUMP_SUMS, 0, NO_OWNERS "\0", "SUMS: record 0: 1 bytes follow the last record"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\3\0\0\1\0\0\0\0" NO_TENTHS, "record 0: stack 3 of 2"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\x7f\0\1\0\0\0\0" NO_TENTHS,
                "record 0: string at 127 of"),
        SECTION(DUMP_SUMS, 2, NO_OWNERS SUM SUM, "record 1: not after the sum before"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\0\0\0\0\0" NO_TENTHS,
                "record 0: a sum of no blocks"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0" MAX_VARINT "\0\0\0\0" NO_TENTHS,
                "record 0: more than a heap can have"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\1" MAX_VARINT "\0\0\0" NO_TENTHS,
                "record 0: more than a heap can have"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\1\0\xe9\7\0\0" NO_TENTHS,
                "record 0: born after tick 1000"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\1\0\1" MAX_VARINT "\0" NO_TENTHS,
                "born after tick 1000"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\1\0\0\0\2" NO_TENTHS,
                "record 0: more was born later than there is"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\1\5\0\0\0" NO_TENTHS,
                "record 0: 0 bytes born, of 5"),
        SECTION(DUMP_SUMS, 1, NO_OWNERS "\0\0\0\1\5\0\0\0\0\0" MAX_VARINT "\1\0\0\0\0\0\0\0\0",
                "record 0: more bytes born than a heap can have"),
        SECTION(DUMP_SUMS, 1, "\2\0\0\0" SUM, "more is kept by weak witnesses than there is"),
        SECTION(DUMP_SUMS, 1, "\0\6\0\0" SUM, "more is kept by weak witnesses than there is"),
    };
    assert_flags_refused(cases, sizeof(cases) / sizeof(cases[0]), DUMP_PROCESS_ONLY_LOST);
    static const struct section_case others[] = {
        SECTION(DUMP_SUMS, 0, WEAK, "section SUMS: sums in a dump that has all blocks"),
        SECTION(DUMP_SUMS, 1, "", "section SUMS: sums in a dump that has all blocks"),
        SECTION(DUMP_EDGES, 1, "\1\1\0\xb0\2\0\0", "a witness that only a dump with sums has"),
    };
    assert_sections_refused(others, sizeof(others) / sizeof(others[0]));
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "summed>0");
    struct dump_image image = dump_builder_image(builder);
    assert_refused(&image, "section ROOTS: record 0: no blocks were summed");
    free(image.bytes);
    dump_builder_destroy(builder);
}

/* The graph has one root, on a thread's stack. */
static void owners(void **state)
{
    (void)state;
#define OWNED_BY(owner) "\0\0" owner "\1\5\0\0\0\0\0\5\0\0\0\0\0\0\0\0\0"
    static const struct section_case cases[] = {
        SECTION(DUMP_SUMS, 0, WEAK, "the section ends in a number"),
        SECTION(DUMP_SUMS, 0, WEAK "\4\4\0", "record 0: 4 owners"),
        SECTION(DUMP_SUMS, 0, WEAK MAX_VARINT "\4\0", "record 0: 18446744073709551615 owners"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\5\0", "record 0: unknown kind of owner 5"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\0\1\0", "record 0: root 1 of 1"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\1\0" MAX_VARINT "\0",
                "record 0: a variable at 18446744073709551615 of root 0"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\2\3\0\0", "record 0: stack 3 of 2"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\3\0\x7f\0", "record 0: string at 127 of"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\4\12\1\1\1\1\1", "record 0: 5 holders"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\4\2\0", "record 0: holder 0 of 1"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\4\2\2", "record 0: holder 2 of 1"),
        SECTION(DUMP_SUMS, 0, WEAK "\1\4", "the section ends in a number"),
        SECTION(DUMP_SUMS, 1, WEAK "\1\4\0" OWNED_BY("\2"), "record 0: owner 2 of 1"),
        SECTION(DUMP_SUMS, 2, WEAK "\1\4\0" OWNED_BY("\1") OWNED_BY("\1"),
                "record 1: not after the sum before"),
    };
    assert_flags_refused(cases, sizeof(cases) / sizeof(cases[0]), DUMP_PROCESS_ONLY_LOST);
}

static void parts_of_a_sum(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_owner(builder, &(struct builder_owner){.kind = DUMP_OWNER_SEVERAL});
    struct builder_sum part = {
        .blocks = 2, .bytes = 30, .first = 4, .last = 6, .later = 1, .born = {10, 20}};
    dump_builder_add_sum(builder, &part);
    part = (struct builder_sum){
        .blocks = 1, .bytes = 5, .first = 2, .last = 9, .later = 1, .born = {0, 5}, .owner = 1};
    dump_builder_add_sum(builder, &part);
    struct dump *dump = dump_builder_open(builder);
    assert_int_equal(dump->sum_count, 1);
    assert_int_equal(dump->sums[0].blocks, 3);
    assert_int_equal(dump->sums[0].bytes, 35);
    assert_int_equal(dump->sums[0].samples, 3);
    assert_int_equal(dump->sums[0].later_blocks, 2);
    assert_int_equal(dump->sums[0].first_birth, 2);
    assert_int_equal(dump->sums[0].last_birth, 9);
    assert_int_equal(dump->sums[0].born_bytes[1], 25);
    assert_int_equal(dump->owned_count, 1);
    assert_int_equal(dump->owned[0].sum.bytes, 5);
    assert_int_equal(dump->owned[0].of, 0);
    dump_close(dump);
}

/* The same in a merged dump, which has no blocks; "/bin/program" is at offset 1. */
static void assert_merged_refused(const struct section_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct dump_builder *builder = dump_builder_create();
        dump_builder_process(builder)->flags |= DUMP_PROCESS_ONLY_LOST | DUMP_PROCESS_MERGED;
        dump_builder_clear_threads(builder);
        struct dump_image image = dump_builder_image_with(builder, cases[i].kind, cases[i].bytes,
                                                          cases[i].size, cases[i].count);
        assert_refused(&image, cases[i].expected);
        free(image.bytes);
        dump_builder_destroy(builder);
    }
}

static void merged(void **state)
{
    (void)state;
#define OF_ONE "\0\0\0\0\1\1\1\1\1"
#define OF_KIND(kind) WEAK OF_ONE "\0\0" kind "\1\5\0\0\0\0\0\5\0\0\0\0\0\0\0\0\0"
    static const struct section_case cases[] = {
        SECTION(DUMP_SUMS, 0, "\0\0\1" OF_ONE, "a merged dump with a dump before it"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\1\0\0", "0 lost cycles, 1 pending"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\0\1\2", "1 threads, 2 not parked"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\0\0\0\0", "of 0 processes"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\0\0\0\2\1\1\1\1", "of 2 processes"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\0\0\0" MAX_VARINT "\1\1\1\1",
                "of 18446744073709551615 processes"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\0\0\0\1\1" MAX_VARINT "\1\1",
                "process 18446744073709551615"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\0\0\0\1\1\1\x7f\1", "string at 127 of"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\0\0\0\1\1\1\1\x7f", "string at 127 of"),
        SECTION(DUMP_SUMS, 0, WEAK "\0\0\0\0\2\1\1\1\1\1\1\1\1",
                "process 1 is not after the one before"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\5") "\0\0\1", "unknown kind 5"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\x40") "\0\0\1", "unknown kind 64"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\x12") "\0\0\1", "kind 18: what is pending is lost"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\2") "\1\0\1", "what is not definite holds 1 blocks"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\0") MAX_VARINT "\0\1", "more is held than a heap"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\0") "\0" MAX_VARINT "\1", "more is held than a heap"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\0") "\0\0\0", "1 blocks from 0 samples"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\0") "\0\0\2", "1 blocks from 2 samples"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\0") "\0\0", "the section ends in a number"),
        SECTION(DUMP_SUMS, 1, OF_KIND("\0") "\0\0\1\0", "1 bytes follow the last record"),
    };
    assert_merged_refused(cases, sizeof(cases) / sizeof(cases[0]));
    static const struct section_case with_blocks[] = {
        SECTION(DUMP_SUMS, 0, WEAK OF_ONE, "a merged dump with blocks, roots or threads"),
    };
    assert_flags_refused(with_blocks, 1, DUMP_PROCESS_ONLY_LOST | DUMP_PROCESS_MERGED);
    static const struct section_case without_sums[] = {
        SECTION(DUMP_SUMS, 0, "", "merged, but not of sums: flags 0x40"),
    };
    assert_flags_refused(without_sums, 1, DUMP_PROCESS_MERGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(owners),
        cmocka_unit_test(parts_of_a_sum),
        cmocka_unit_test(merged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
