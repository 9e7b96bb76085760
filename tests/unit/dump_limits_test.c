#include "preload/dump_limits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MS 1000000u

/* One processor: a tenth of the time; two: a fifth; half of one: a twentieth. */
static void test_a_tenth_of_the_processors(void **state)
{
    (void)state;
    assert_int_equal(dump_limits_rest_ns(10 * MS, 10 * MS, 1), 0);
    assert_int_equal(dump_limits_rest_ns(20 * MS, 20 * MS, 1), 80 * MS);
    assert_int_equal(dump_limits_rest_ns(20 * MS, 100 * MS, 1), 0);
    assert_int_equal(dump_limits_rest_ns(20 * MS, 20 * MS, 2), 30 * MS);
    assert_int_equal(dump_limits_rest_ns(20 * MS, 20 * MS, 0.5), 180 * MS);
}

static void test_without_a_limit_there_is_no_rest(void **state)
{
    (void)state;
    assert_int_equal(dump_limits_rest_ns(2000000 * (uint64_t)MS, MS, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tenth_of_the_processors),
        cmocka_unit_test(test_without_a_limit_there_is_no_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
