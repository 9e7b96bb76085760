#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/sampler.h"

/* Samples among count blocks of that size. */
static double sampled(uint64_t bytes, uint64_t mean, unsigned count)
{
    struct sampler sampler = {0x123456789abcdef, 0}; /* the same run every time */
    double taken = 0;
    for (unsigned i = 0; i < count; i++)
        taken += sampler_take(&sampler, bytes, mean);
    return taken;
}

static void assert_about(double value, double expected)
{
    assert_true(value > expected * 0.95 && value < expected * 1.05);
}

static void a_block_is_taken_as_often_as_its_size_says(void **state)
{
    (void)state;
    const double e = 2.718281828;
    assert_about(sampled(16, 50000, 400000000 / 16), 400000000.0 / 50000);
    assert_about(sampled(4096, 16384, 200000), 200000 * (1 - 0.7788)); /* exp(-1/4) */
    assert_about(sampled(1 << 20, 1 << 20, 100000), 100000 * (1 - 1 / e));
    assert_about(sampled((uint64_t)1 << 40, 1 << 20, 1000), 1000);
}

static void distances_are_not_all_alike(void **state)
{
    (void)state;
    struct sampler sampler = {0, 0};
    uint64_t first = 0, different = 0;
    for (int i = 0; i < 100; i++) {
        while (!sampler_take(&sampler, 1, 1000))
            continue;
        different += sampler.left != first;
        first = sampler.left;
    }
    assert_true(different > 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_taken_as_often_as_its_size_says),
        cmocka_unit_test(distances_are_not_all_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
