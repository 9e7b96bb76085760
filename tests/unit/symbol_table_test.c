/* Which name covers an address: aliases, nested and unsized symbols, gaps. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/symbol_table.h"

static void expect(const struct symbol_table *table, uint64_t address, const char *wanted)
{
    const struct symbol *symbol = symbol_table_find(table, address);
    if (!wanted) {
        assert_null(symbol);
        return;
    }
    assert_non_null(symbol);
    assert_string_equal(symbol->name, wanted);
}

static void fill(struct symbol_table *table, const struct symbol *symbols, size_t count)
{
    symbol_table_init(table);
    for (size_t i = 0; i < count; i++)
        symbol_table_add(table, &symbols[i]);
    symbol_table_sort(table);
}

static void nothing_in_an_empty_table(void **state)
{
    (void)state;
    struct symbol_table table;
    fill(&table, NULL, 0);
    expect(&table, 0, NULL);
    symbol_table_finish(&table);
}

static void ranges_end_where_they_end(void **state)
{
    (void)state;
    const struct symbol symbols[] = {{200, 10, "b", 0}, {100, 50, "a", 0}};
    struct symbol_table table;
    fill(&table, symbols, 2);
    expect(&table, 99, NULL);
    expect(&table, 100, "a");
    expect(&table, 149, "a");
    expect(&table, 150, NULL);
    expect(&table, 209, "b");
    expect(&table, 210, NULL);
    symbol_table_finish(&table);
}

static void the_best_alias_is_given(void **state)
{
    (void)state;
    const struct symbol symbols[] = {{100, 8, "malloc", 3}, {100, 8, "__libc_malloc", 1}};
    struct symbol_table table;
    fill(&table, symbols, 2);
    expect(&table, 104, "malloc");
    symbol_table_finish(&table);
}

static void the_innermost_of_nested_ones_is_given(void **state)
{
    (void)state;
    const struct symbol symbols[] = {{100, 100, "outer", 0}, {120, 10, "inner", 0}};
    struct symbol_table table;
    fill(&table, symbols, 2);
    expect(&table, 125, "inner");
    expect(&table, 130, "outer");
    expect(&table, 199, "outer");
    symbol_table_finish(&table);
}

static void unsized_ones_reach_to_the_next(void **state)
{
    (void)state;
    const struct symbol symbols[] = {
        {100, 0, "assembly", 0}, {120, 4, "sized", 0}, {120, 0, "label", 9}, {140, 0, "last", 0}};
    struct symbol_table table;
    fill(&table, symbols, 4);
    expect(&table, 119, "assembly");
    expect(&table, 120, "sized");
    expect(&table, 124, NULL);
    expect(&table, 140, NULL);
    symbol_table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_an_empty_table),
        cmocka_unit_test(ranges_end_where_they_end),
        cmocka_unit_test(the_best_alias_is_given),
        cmocka_unit_test(the_innermost_of_nested_ones_is_given),
        cmocka_unit_test(unsized_ones_reach_to_the_next),
    };
    return cmocka_run_group_tests_name("symbol table", tests, NULL, NULL);
}
