#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/export.h"
#include "tests/support/exported.h"

static void the_table_is_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; i < export_format_count; i++)
        assert_true(strcmp(export_formats[i - 1].name, export_formats[i].name) < 0);
}

static void a_format_is_found_by_its_whole_name(void **state)
{
    (void)state;
    assert_string_equal(export_format_find("pprof")->name, "pprof");
    assert_null(export_format_find("ppro"));
    assert_null(export_format_find(""));
}

/* Tests of the formats themselves read what comes out; here nothing must go wrong on the way. */
static void every_format_takes_every_heap(void **state)
{
    (void)state;
    for (size_t i = 0; i < export_format_count; i++) {
        size_t bytes;
        const char *name = export_formats[i].name;
        free(exported(name, "", &bytes));
        assert_true(bytes > 0 || strcmp(name, "folded") == 0);
        free(exported_from(name, dump_builder_create_full(), &bytes));
        assert_true(bytes > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sorted),
        cmocka_unit_test(a_format_is_found_by_its_whole_name),
        cmocka_unit_test(every_format_takes_every_heap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
