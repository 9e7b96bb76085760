/* Full names from scopes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/scope_names.h"

static void names_are_joined_from_the_outside_in(void **state)
{
    (void)state;
    struct scope_names names = {0};
    uint32_t app = scope_names_add(&names, SCOPE_GLOBAL, "app");
    uint32_t hidden = scope_names_add(&names, app, "(anonymous namespace)");
    uint32_t unnamed = scope_names_add(&names, hidden, "");
    uint32_t server = scope_names_add(&names, unnamed, "Server");
    scope_names_place(&names, 30, server);
    scope_names_place(&names, 10, app);
    scope_names_place(&names, 20, SCOPE_GLOBAL);
    scope_names_sort(&names);
    assert_string_equal(scope_names_full(&names, 30, "run"),
                        "app::(anonymous namespace)::Server::run");
    assert_string_equal(scope_names_full(&names, 10, "main_loop"), "app::main_loop");
    assert_string_equal(scope_names_full(&names, 20, "main"), "main");
    assert_string_equal(scope_names_full(&names, 99, "unknown"), "unknown");
    scope_names_finish(&names);
}

static void the_same_name_is_built_once(void **state)
{
    (void)state;
    struct scope_names names = {0};
    uint32_t scope = SCOPE_GLOBAL;
    for (int i = 0; i < 1000; i++)
        scope = scope_names_add(&names, scope, "n");
    scope_names_place(&names, 1, scope);
    scope_names_sort(&names);
    const char *first = scope_names_full(&names, 1, "f");
    for (int i = 0; i < 100; i++)
        assert_ptr_equal(scope_names_full(&names, 1, "f"), first);
    assert_string_equal(first + 3 * 1000, "f");
    scope_names_finish(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_joined_from_the_outside_in),
        cmocka_unit_test(the_same_name_is_built_once),
    };
    return cmocka_run_group_tests_name("scope names", tests, NULL, NULL);
}
