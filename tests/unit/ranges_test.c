#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "preload/ranges.h"

static struct ranges make(void)
{
    struct ranges ranges = {0};
    assert_true(ranges_add(&ranges, 50, 60));
    assert_true(ranges_add(&ranges, 10, 20));
    assert_true(ranges_add(&ranges, 15, 30));
    assert_true(ranges_add(&ranges, 40, 40));
    assert_true(ranges_add(&ranges, 60, 70));
    ranges_settle(&ranges);
    return ranges;
}

static void test_settle_sorts_and_merges(void **state)
{
    (void)state;
    struct ranges ranges = make();
    assert_int_equal(ranges.count, 2);
    assert_int_equal(ranges.items[0].start, 10);
    assert_int_equal(ranges.items[0].end, 30);
    assert_int_equal(ranges.items[1].start, 50);
    assert_int_equal(ranges.items[1].end, 70);
    ranges_finish(&ranges);
}

static void test_contain_is_half_open(void **state)
{
    (void)state;
    struct ranges ranges = make();
    assert_true(ranges_contain(&ranges, 10));
    assert_true(ranges_contain(&ranges, 29));
    assert_false(ranges_contain(&ranges, 30));
    assert_false(ranges_contain(&ranges, 9));
    ranges_finish(&ranges);
}

static void test_gaps_are_what_is_left(void **state)
{
    (void)state;
    struct ranges ranges = make();
    struct range gap;
    assert_true(ranges_gap(&ranges, 0, 100, &gap));
    assert_int_equal(gap.start, 0);
    assert_int_equal(gap.end, 10);
    assert_true(ranges_gap(&ranges, gap.end, 100, &gap));
    assert_int_equal(gap.start, 30);
    assert_int_equal(gap.end, 50);
    assert_true(ranges_gap(&ranges, gap.end, 100, &gap));
    assert_int_equal(gap.start, 70);
    assert_int_equal(gap.end, 100);
    assert_false(ranges_gap(&ranges, 55, 70, &gap));
    ranges_finish(&ranges);
}

static void test_overlap_is_clipped(void **state)
{
    (void)state;
    struct ranges ranges = make();
    struct range part;
    assert_true(ranges_overlap(&ranges, 20, 55, &part));
    assert_int_equal(part.start, 20);
    assert_int_equal(part.end, 30);
    assert_false(ranges_overlap(&ranges, 30, 50, &part));
    ranges_finish(&ranges);
}

static void test_cut_trims_and_splits(void **state)
{
    (void)state;
    struct ranges ranges = make();
    assert_true(ranges_cut(&ranges, 25, 27));
    ranges_settle(&ranges);
    assert_false(ranges_contain(&ranges, 25));
    assert_true(ranges_contain(&ranges, 24));
    assert_true(ranges_contain(&ranges, 27));
    assert_true(ranges_cut(&ranges, 0, 28));
    ranges_settle(&ranges);
    assert_false(ranges_contain(&ranges, 24));
    assert_false(ranges_contain(&ranges, 27));
    assert_true(ranges_contain(&ranges, 28));
    assert_true(ranges_cut(&ranges, 0, UINTPTR_MAX));
    assert_int_equal(ranges.count, 0);
    ranges_finish(&ranges);
}

static void test_many_in_descending_order(void **state)
{
    (void)state;
    struct ranges ranges = {0};
    for (uintptr_t i = 5000; i-- > 0;)
        assert_true(ranges_add(&ranges, i * 10, i * 10 + 5));
    ranges_settle(&ranges);
    assert_int_equal(ranges.count, 5000);
    for (uintptr_t i = 0; i < 5000; i++)
        assert_int_equal(ranges.items[i].start, i * 10);
    ranges_finish(&ranges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settle_sorts_and_merges),
        cmocka_unit_test(test_contain_is_half_open),
        cmocka_unit_test(test_gaps_are_what_is_left),
        cmocka_unit_test(test_overlap_is_clipped),
        cmocka_unit_test(test_cut_trims_and_splits),
        cmocka_unit_test(test_many_in_descending_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
