#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/plain_text.h"

static void formats_what_it_knows(void **state)
{
    (void)state;
    char text[128];
    size_t length = text_format(text, sizeof(text), "%s|%d|%d|%u|%zu|%lu|%x|%lx|%c|%%", "a", -7,
                                INT32_MIN, 8u, (size_t)9, UINT64_MAX, 0xbeefu, 0xdeadbeef0UL, 'z');
    assert_string_equal(text, "a|-7|-2147483648|8|9|18446744073709551615|beef|deadbeef0|z|%");
    assert_int_equal(length, strlen(text));
}

static void milliseconds_have_one_digit_rounded_up(void **state)
{
    (void)state;
    char text[64];
    text_format(text, sizeof(text), "%t %t %t", UINT64_C(0), UINT64_C(1234567), UINT64_C(99900001));
    assert_string_equal(text, "0.0 ms 1.3 ms 100.0 ms");
}

static void is_cut_to_the_capacity(void **state)
{
    (void)state;
    char text[8] = "xxxxxxx";
    assert_int_equal(text_format(text, 5, "%s%s", "abc", "defgh"), 4);
    assert_string_equal(text, "abcd");
    assert_int_equal(text_format(text, 1, "%d", 5), 0);
    assert_string_equal(text, "");
}

static void numbers_are_whole_and_limited(void **state)
{
    (void)state;
    uint64_t number = 77;
    assert_true(text_to_number("0", 256, &number));
    assert_int_equal(number, 0);
    assert_true(text_to_number("256", 256, &number));
    assert_int_equal(number, 256);
    assert_true(text_to_number("18446744073709551615", UINT64_MAX, &number));
    assert_true(number == UINT64_MAX);
    number = 77;
    const char *const bad[] = {"", "-1", "+1", "1x", " 1", "257", "18446744073709551616", "0x10"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(text_to_number(bad[i], i == 6 ? UINT64_MAX : 256, &number));
    assert_false(text_to_number("9", 5, &number));
    assert_int_equal(number, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_what_it_knows),
        cmocka_unit_test(milliseconds_have_one_digit_rounded_up),
        cmocka_unit_test(is_cut_to_the_capacity),
        cmocka_unit_test(numbers_are_whole_and_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
