#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/string_table.h"

static void texts_are_numbered_once_in_their_order(void **state)
{
    (void)state;
    struct string_table table = {0};
    char text[16];
    for (uint32_t i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "text %u", i);
        assert_int_equal(string_table_add(&table, text), i);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "text %u", i);
        assert_int_equal(string_table_add(&table, text), i);
        assert_string_equal(string_table_text(&table, i), text);
    }
    assert_int_equal(table.count, 1000);
    string_table_finish(&table);
}

static void texts_are_made_fit(void **state)
{
    (void)state;
    struct string_table table = {0};
    assert_int_equal(string_table_add(&table, "a\nb\xff"), 0);
    assert_string_equal(string_table_text(&table, 0), "a\xef\xbf\xbd"
                                                      "b\xef\xbf\xbd");
    assert_int_equal(string_table_add(&table, ""), 1);
    assert_int_equal(string_table_add(&table, ""), 1);
    string_table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_numbered_once_in_their_order),
        cmocka_unit_test(texts_are_made_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
