#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/command.h"

static void the_table_is_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; i < command_count; i++)
        assert_true(strcmp(commands[i - 1].name, commands[i].name) < 0);
}

static void a_command_is_found_by_its_whole_name(void **state)
{
    (void)state;
    assert_string_equal(command_find("help")->name, "help");
    assert_null(command_find("hel"));
    assert_null(command_find(""));
}

static void a_slip_is_put_right(void **state)
{
    (void)state;
    assert_string_equal(command_suggest("hlep")->name, "help");
    assert_string_equal(command_suggest("helpp")->name, "help");
    assert_null(command_suggest("x"));
    assert_null(command_suggest("completely-different-thing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sorted),
        cmocka_unit_test(a_command_is_found_by_its_whole_name),
        cmocka_unit_test(a_slip_is_put_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
