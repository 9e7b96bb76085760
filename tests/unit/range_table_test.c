/* Which range covers an address: aliases, nested and empty ranges, gaps. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/range_table.h"

#define NAME(text) ((uintptr_t)(text))

static void expect(const struct range_table *table, uint64_t address, const char *wanted)
{
    const struct range *range = range_table_find(table, address);
    if (!wanted) {
        assert_null(range);
        return;
    }
    assert_non_null(range);
    assert_string_equal((const char *)(uintptr_t)range->value, wanted);
}

static void fill(struct range_table *table, const struct range *ranges, size_t count)
{
    *table = (struct range_table){0};
    for (size_t i = 0; i < count; i++)
        range_table_add(table, &ranges[i]);
    range_table_sort(table);
}

static void nothing_in_an_empty_table(void **state)
{
    (void)state;
    struct range_table table;
    fill(&table, NULL, 0);
    expect(&table, 0, NULL);
    range_table_finish(&table);
}

static void ranges_end_where_they_end(void **state)
{
    (void)state;
    const struct range ranges[] = {{200, 10, NAME("b"), 0}, {100, 50, NAME("a"), 0}};
    struct range_table table;
    fill(&table, ranges, 2);
    expect(&table, 99, NULL);
    expect(&table, 100, "a");
    expect(&table, 149, "a");
    expect(&table, 150, NULL);
    expect(&table, 209, "b");
    expect(&table, 210, NULL);
    range_table_finish(&table);
}

static void the_best_alias_is_given(void **state)
{
    (void)state;
    const struct range ranges[] = {{100, 8, NAME("malloc"), 3}, {100, 8, NAME("__libc_malloc"), 1}};
    struct range_table table;
    fill(&table, ranges, 2);
    expect(&table, 104, "malloc");
    range_table_finish(&table);
}

static void the_innermost_of_nested_ones_is_given(void **state)
{
    (void)state;
    const struct range ranges[] = {
        {100, 100, NAME("outer"), 0}, {120, 10, NAME("inner"), 0}, {140, 0, NAME("label"), 0}};
    struct range_table table;
    fill(&table, ranges, 3);
    expect(&table, 125, "inner");
    expect(&table, 130, "outer");
    expect(&table, 145, "outer");
    expect(&table, 199, "outer");
    range_table_finish(&table);
}

static void empty_ones_cover_nothing(void **state)
{
    (void)state;
    const struct range ranges[] = {{100, 0, NAME("label"), 9}, {100, 4, NAME("sized"), 0}};
    struct range_table table;
    fill(&table, ranges, 2);
    expect(&table, 100, "sized");
    expect(&table, 104, NULL);
    range_table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_an_empty_table),
        cmocka_unit_test(ranges_end_where_they_end),
        cmocka_unit_test(the_best_alias_is_given),
        cmocka_unit_test(the_innermost_of_nested_ones_is_given),
        cmocka_unit_test(empty_ones_cover_nothing),
    };
    return cmocka_run_group_tests_name("range table", tests, NULL, NULL);
}
