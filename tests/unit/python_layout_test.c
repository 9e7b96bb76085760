#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/python_layout.h"

static void versions_have_layouts(void **state)
{
    (void)state;
    for (unsigned minor = 8; minor <= 13; minor++) {
        char text[64];
        snprintf(text, sizeof(text), "3.%u.18 (main, Jan  1 2024, 00:00:00) [GCC 12.2.0]", minor);
        const struct python_layout *layout = python_layout_of(text);
        assert_non_null(layout);
        assert_int_equal(layout->minor, minor);
    }
}

static void others_have_none(void **state)
{
    (void)state;
    static const char *const others[] = {"",
                                         "3",
                                         "3.",
                                         "2.7.18 (default, …)",
                                         "3.7.16 (main, …)",
                                         "3.14.0 (main, …)",
                                         "3.138.0",
                                         "4.11.0",
                                         "3.13.0 experimental free-threading build (main, …)"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_null(python_layout_of(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_have_layouts),
        cmocka_unit_test(others_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
