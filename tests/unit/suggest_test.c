/* Words and what they were meant to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/suggest.h"

static const char *nearest(const char *typed)
{
    static const char *const words[] = {"possible", "reachable", "json", "cycles"};
    struct suggestion suggestion = {NULL, 0};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        suggest(&suggestion, typed, words[i]);
    return suggestion.word;
}

static void a_slip_is_near(void **state)
{
    (void)state;
    assert_string_equal(nearest("posible"), "possible");
    assert_string_equal(nearest("possibel"), "possible");
    assert_string_equal(nearest("jsno"), "json");
    assert_string_equal(nearest("cycle"), "cycles");
}

static void what_is_far_is_nothing(void **state)
{
    (void)state;
    assert_null(nearest("tree"));
    assert_null(nearest(""));
    assert_null(nearest("j"));
    assert_null(nearest("a word that is much longer than any that there is"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_is_near),
        cmocka_unit_test(what_is_far_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
