#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/utf8.h"

static void takes_well_formed_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_character("a"), 1);
    assert_int_equal(utf8_character("é"), 2);
    assert_int_equal(utf8_character("⇄"), 3);
    assert_int_equal(utf8_character("😀"), 4);
    assert_int_equal(utf8_character("\xf4\x8f\xbf\xbf"), 4);
}

static void refuses_what_table_3_7_refuses(void **state)
{
    (void)state;
    const char *bad[] = {"\x80",         "\xc0\x80",     "\xc1\xbf",         "\xe0\x80\x80",
                         "\xed\xa0\x80", "\xf0\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                         "\xff",         "\xc3",         "\xe2\x82",         "\xf0\x9f\x98"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(utf8_character(bad[i]), 0);
}

static void cleans(const char *dirty, const char *clean)
{
    char *copy = utf8_clean(dirty);
    assert_string_equal(copy, clean);
    free(copy);
}

static void cleaning_keeps_text_and_replaces_the_rest(void **state)
{
    (void)state;
    cleans("", "");
    cleans("Grüße ⇄ 😀", "Grüße ⇄ 😀");
    cleans("a\xff\xfez", "a��z");
    cleans("a\xe2\x82", "a��");
    cleans("\u202egnp.exe\u2066\u2028\u061c\u200f", "�gnp.exe����");
    cleans("\u2027\u202f\u2065\u061b\u2010", "\u2027\u202f\u2065\u061b\u2010");
    cleans("\033[2Jx\n\x7f\xc2\x9bz", "�[2Jx���z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_well_formed_characters),
        cmocka_unit_test(refuses_what_table_3_7_refuses),
        cmocka_unit_test(cleaning_keeps_text_and_replaces_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
