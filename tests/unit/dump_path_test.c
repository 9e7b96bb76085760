#include "preload/dump_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct dump_path_facts facts = {
    .pid = 4711,
    .sequence = 3,
    .program = "/usr/sbin/relay d",
    .time_ns = 1763793600ull * 1000000000ull + 5,
};

static void expands_to(const char *template, const char *expected)
{
    char path[256];
    assert_true(dump_path_expand(template, &facts, path, sizeof(path)));
    assert_string_equal(path, expected);
}

static void test_sequences(void **state)
{
    (void)state;
    char host[128], expected[256];
    expands_to("/tmp/caulk.%p.%n.dump", "/tmp/caulk.4711.3.dump");
    expands_to("%e-%t", "relay d-1763793600");
    expands_to("100%%", "100%");
    expands_to("%%n", "%n");
    assert_int_equal(gethostname(host, sizeof(host)), 0);
    snprintf(expected, sizeof(expected), "%s.d", host);
    expands_to("%h.d", expected);
}

static void test_what_means_nothing_stays(void **state)
{
    (void)state;
    expands_to("%x%", "%x%");
    expands_to("", "");
}

static void test_too_long(void **state)
{
    (void)state;
    char path[8] = "before";
    assert_false(dump_path_expand("12345678", &facts, path, sizeof(path)));
    assert_true(dump_path_expand("1234567", &facts, path, sizeof(path)));
}

static void test_numbered(void **state)
{
    (void)state;
    assert_true(dump_path_is_numbered("a%p.%n"));
    assert_false(dump_path_is_numbered("a%%n"));
    assert_false(dump_path_is_numbered("a%"));
    assert_false(dump_path_is_numbered("n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sequences),
        cmocka_unit_test(test_what_means_nothing_stays),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_numbered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
