#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "preload/allocator_pages.h"

#define BASE 0x7e0000000000u
#define PAGE 4096u

/* "3-64 70-71": runs as page numbers from BASE, joined where they touch. */
static void expect(const char *expected)
{
    char text[256] = "", one[64];
    struct ranges runs = {0};
    struct range run;
    for (uintptr_t cursor = 0; allocator_pages_next(&cursor, &run);)
        ranges_add(&runs, run.start, run.end);
    ranges_settle(&runs);
    for (size_t i = 0; i < runs.count; i++) {
        snprintf(one, sizeof(one), "%s%zu-%zu", i ? " " : "",
                 (size_t)(runs.items[i].start - BASE) / PAGE,
                 (size_t)(runs.items[i].end - BASE) / PAGE);
        strcat(text, one);
    }
    ranges_finish(&runs);
    assert_string_equal(text, expected);
}

static void map(size_t first, size_t pages)
{
    allocator_pages_mapped(BASE + first * PAGE, pages * PAGE);
}

static void unmap(size_t first, size_t pages)
{
    allocator_pages_unmapped(BASE + first * PAGE, pages * PAGE);
}

static void test_runs(void **state)
{
    (void)state;
    expect("");
    unmap(0, 10);
    expect("");
    map(3, 1);
    expect("3-4");
    map(10, 200);
    expect("3-4 10-210");
    unmap(64, 64);
    expect("3-4 10-64 128-210");
    map(64, 64);
    unmap(3, 1);
    expect("10-210");
    unmap(0, 1000);
    expect("");
}

static void test_over_regions(void **state)
{
    (void)state;
    map(32760, 70000);
    expect("32760-102760");
    unmap(40000, 1);
    expect("32760-40000 40001-102760");
    unmap(0, 110000);
    expect("");
}

static void test_a_part_of_a_page_counts_whole(void **state)
{
    (void)state;
    allocator_pages_mapped(BASE, 100);
    expect("0-1");
    allocator_pages_unmapped(BASE, 100);
    expect("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_over_regions),
        cmocka_unit_test(test_a_part_of_a_page_counts_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
