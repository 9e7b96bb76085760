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

/* No tracker records one; a dump may say so all the same. */
static void a_call_may_return_to_nowhere(void **state)
{
    (void)state;
    const uint64_t pcs[] = {0, DUMP_BUILDER_MAIN_PC};
    for (size_t i = 0; i < export_format_count; i++) {
        struct dump_builder *builder = dump_builder_create();
        uint32_t stack = dump_builder_add_stack(builder, pcs, 2);
        dump_builder_add_block(builder,
                               &(struct builder_block){DUMP_BUILDER_ADDRESS(0), 64, stack, 0, 0});
        size_t bytes;
        free(exported_from(export_formats[i].name, builder, &bytes));
        assert_true(bytes > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sorted),
        cmocka_unit_test(a_format_is_found_by_its_whole_name),
        cmocka_unit_test(every_format_takes_every_heap),
        cmocka_unit_test(a_call_may_return_to_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
