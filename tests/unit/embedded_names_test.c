/* Names that a dump has itself: found by address, and preferred where no file knows more. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/embedded_names.h"
#include "libcaulk/symbolizer.h"
#include "tests/support/dump_builder.h"

#define INLINED_PC DUMP_BUILDER_SITE_PC(1)
#define LIBRARY_PC 0x7f0000000100u
#define TABLE 0x4f0010u

static int set_up(void **state)
{
    *state = dump_builder_open(dump_builder_create_full());
    return 0;
}

static int tear_down(void **state)
{
    dump_close(*state);
    return 0;
}

static void code_is_found_by_module_and_address(void **state)
{
    struct embedded_names names;
    struct source_frame frames[DEBUG_INFO_MAX_FRAMES];
    embedded_names_init(&names, *state);
    assert_int_equal(embedded_names_frames(&names, 0, INLINED_PC, frames), 2);
    assert_string_equal(frames[0].function, "make");
    assert_string_equal(frames[0].file, "make.h");
    assert_int_equal(frames[0].line, 12);
    assert_true(frames[0].inlined);
    assert_string_equal(frames[1].function, "main");
    assert_false(frames[1].inlined);
    assert_int_equal(embedded_names_frames(&names, 1, INLINED_PC, frames), 0);
    assert_int_equal(embedded_names_frames(&names, 0, INLINED_PC + 1, frames), 0);
    assert_int_equal(embedded_names_frames(&names, 1, LIBRARY_PC, frames), 1);
    assert_null(frames[0].file);
    assert_true(embedded_names_any(&names, 0));
    assert_false(embedded_names_any(&names, 7));
    embedded_names_finish(&names);
}

static void variables_cover_their_bytes(void **state)
{
    struct embedded_names names;
    uint64_t offset = 0, bytes = 0;
    embedded_names_init(&names, *state);
    assert_string_equal(embedded_names_variable(&names, 0, TABLE + 23, &offset, &bytes), "table");
    assert_int_equal(offset, 23);
    assert_int_equal(bytes, 24);
    assert_null(embedded_names_variable(&names, 0, TABLE + 24, &offset, &bytes));
    assert_null(embedded_names_variable(&names, 0, TABLE - 1, &offset, &bytes));
    assert_null(embedded_names_variable(&names, 1, TABLE, &offset, &bytes));
    embedded_names_finish(&names);
}

static void variables_have_types_and_members(void **state)
{
    struct embedded_names names;
    embedded_names_init(&names, *state);
    assert_string_equal(embedded_names_type(&names, 0, TABLE), "hash *");
    assert_string_equal(embedded_names_type(&names, 0, TABLE + 23), "hash *");
    assert_null(embedded_names_type(&names, 0, TABLE + 24));
    assert_null(embedded_names_type(&names, 1, TABLE));
    assert_string_equal(embedded_names_member(&names, 0, TABLE + 8), ".head");
    assert_null(embedded_names_member(&names, 0, TABLE));
    assert_null(embedded_names_member(&names, 0, TABLE + 9));
    assert_null(embedded_names_member(&names, 1, TABLE + 8));
    embedded_names_finish(&names);
}

static void the_symbolizer_takes_them_where_no_file_is(void **state)
{
    const char *reason;
    struct symbolizer *symbolizer = symbolizer_create(*state, NULL);
    struct frames frames = symbolizer_lookup(symbolizer, INLINED_PC, 0);
    assert_int_equal(frames.count, 2);
    assert_string_equal(frames.frame[1].function, "main");
    assert_string_equal(frames.frame[1].module, "/bin/program");
    frames = symbolizer_lookup(symbolizer, LIBRARY_PC, 500);
    assert_int_equal(frames.count, 1);
    assert_string_equal(frames.frame[0].function, "lib::open");
    struct data_name name = symbolizer_data_name(symbolizer, TABLE + 8, 0);
    assert_string_equal(name.name, "table");
    assert_int_equal(name.offset, 8);
    assert_true(symbolizer_module(symbolizer, 0, &reason));
    assert_string_equal(reason, "missing, but the dump has names of its own");
    symbolizer_destroy(symbolizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_is_found_by_module_and_address),
        cmocka_unit_test(variables_cover_their_bytes),
        cmocka_unit_test(variables_have_types_and_members),
        cmocka_unit_test(the_symbolizer_takes_them_where_no_file_is),
    };
    return cmocka_run_group_tests_name("embedded_names", tests, set_up, tear_down);
}
