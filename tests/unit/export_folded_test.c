#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/exported.h"

static void is(const char *line, const char *expected)
{
    size_t bytes;
    char *text = exported("folded", line, &bytes);
    assert_string_equal(text, expected);
    free(text);
}

static void a_line_is_a_verdict_of_a_site(void **state)
{
    (void)state;
    is("0#1 1#1 global>1 2#2:100", "definite;program+0x400100;program+0x401020 100\n"
                                   "definite;program+0x400100;program+0x401010 64\n"
                                   "reachable;program+0x400100;program+0x401010 64\n");
    is("", "");
}

static void what_is_not_recorded_is_a_frame(void **state)
{
    (void)state;
    is("0#1/", "definite;(not recorded further);program+0x401010 64\n");
    struct dump_builder *builder = dump_builder_create();
    const struct builder_block block = {.address = 0x10000, .bytes = 5};
    dump_builder_add_block(builder, &block);
    size_t bytes;
    char *text = exported_from("folded", builder, &bytes);
    assert_string_equal(text, "definite;(stack not recorded) 5\n");
    free(text);
}

static void a_name_has_no_semicolon(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    const struct dump_module library = {.start = 0x600000, .end = 0x700000, .bias = 0x600000};
    const uint64_t pc = 0x600010;
    dump_builder_add_module(builder, &library, "/lib/a;b\n.so", "");
    const struct builder_block block = {
        .address = 0x10000, .bytes = 5, .stack = dump_builder_add_stack(builder, &pc, 1)};
    dump_builder_add_block(builder, &block);
    size_t bytes;
    char *text = exported_from("folded", builder, &bytes);
    assert_string_equal(text, "definite;a,b\xef\xbf\xbd.so+0x10 5\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_verdict_of_a_site),
        cmocka_unit_test(what_is_not_recorded_is_a_frame),
        cmocka_unit_test(a_name_has_no_semicolon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
