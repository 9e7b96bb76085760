#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "preload/dump_strings.h"

static void test_each_text_once(void **state)
{
    (void)state;
    struct dump_strings strings;
    assert_true(dump_strings_init(&strings));
    uint32_t first = dump_strings_text(&strings, "Session");
    uint32_t second = dump_strings_text(&strings, "Sess");
    assert_int_not_equal(first, second);
    assert_int_equal(dump_strings_add(&strings, "Session and more", 7), first);
    assert_string_equal(strings.text + second, "Sess");
    assert_int_equal(dump_strings_text(&strings, ""), 0);
    assert_int_equal(dump_strings_text(&strings, NULL), 0);
    dump_strings_finish(&strings);
}

static void test_many(void **state)
{
    (void)state;
    struct dump_strings strings;
    char text[32];
    assert_true(dump_strings_init(&strings));
    for (int round = 0; round < 2; round++) {
        uint32_t last = 0;
        for (int i = 0; i < 20000; i++) {
            snprintf(text, sizeof(text), "type number %d", i);
            uint32_t offset = dump_strings_text(&strings, text);
            assert_true(offset > last);
            assert_string_equal(strings.text + offset, text);
            last = offset;
        }
    }
    assert_int_equal(strings.used, 20000);
    dump_strings_finish(&strings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_text_once),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
