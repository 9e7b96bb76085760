#include "preload/dump_niceness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The child's part of a processor that it shares with threads of niceness 0. */
static double share(uint32_t running, uint32_t processors)
{
    double weight = 1, others = (double)running / processors;
    for (int i = dump_niceness(running, processors); i > 0; i--)
        weight /= 1.25;
    return weight / (weight + others);
}

static void test_about_a_tenth(void **state)
{
    (void)state;
    for (uint32_t processors = 1; processors <= 4; processors++)
        for (uint32_t each = 1; each <= 9; each++)
            assert_true(share(each * processors, processors) > 0.08 &&
                        share(each * processors, processors) < 0.12);
}

static void test_the_ends(void **state)
{
    (void)state;
    assert_int_equal(dump_niceness(0, 4), 10);
    assert_int_equal(dump_niceness(1, 4), 10);
    assert_int_equal(dump_niceness(64, 2), 0);
    assert_int_equal(dump_niceness(UINT32_MAX - 1, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_about_a_tenth),
        cmocka_unit_test(test_the_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
