#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/sampler.h"

/* The same run every time: what holds once holds always. */
#define SEED 0x123456789abcdef

/* 4.5 standard deviations of a count with that probability, squared: (count - n p)^2 may be so
 * large. Of 100,000 seeds one would fail; this one does not. */
static void assert_share(double count, double n, double probability)
{
    double off = count - n * probability;
    assert_true(off * off <= 4.5 * 4.5 * n * probability * (1 - probability));
}

static struct sampler seeded(uint64_t mean)
{
    struct sampler sampler = {SEED, 0};
    sampler_draw(&sampler, 0, mean); /* the first distance */
    return sampler;
}

/* Samples among count blocks of that size. */
static double sampled(uint64_t bytes, uint64_t mean, unsigned count)
{
    struct sampler sampler = seeded(mean);
    double taken = 0;
    for (unsigned i = 0; i < count; i++)
        taken += sampler_take(&sampler, bytes, mean);
    return taken;
}

/* 1 - exp(-bytes / mean) is what the analysis divides by: for blocks far below the mean, about as
 * large, and far above it. Each bound is below 0.5 % but for the largest. */
static void a_block_is_taken_as_often_as_its_size_says(void **state)
{
    (void)state;
    const uint64_t mean = 512 * 1024;
    assert_share(sampled(mean / 64, mean, 100000000), 1e8, 0.01550356299);
    assert_share(sampled(mean / 16, mean, 20000000), 2e7, 0.06058693719);
    assert_share(sampled(mean, mean, 4000000), 4e6, 0.63212055883);
    assert_share(sampled(mean * 4, mean, 4000000), 4e6, 0.98168436111);
    assert_int_equal((int)sampled(mean * 64, mean, 10000), 10000);
    assert_int_equal((int)sampled(0, mean, 10000), 0);
}

/* The distance is longer than x means in a share of exp(-x) of all cases, and a mean on average. */
static void distances_are_exponential(void **state)
{
    (void)state;
    struct sampler sampler = seeded(100);
    const unsigned samples = 1000000;
    double sum = 0, longer[3] = {0, 0, 0};
    for (unsigned i = 0; i < samples; i++) {
        unsigned distance = 1;
        while (!sampler_take(&sampler, 1, 100))
            distance++;
        sum += distance;
        longer[0] += distance > 10;
        longer[1] += distance > 100;
        longer[2] += distance > 300;
    }
    assert_share(longer[0], samples, 0.90483741804);
    assert_share(longer[1], samples, 0.36787944117);
    assert_share(longer[2], samples, 0.04978706837);
    /* Counted in whole bytes, the mean is 1 / (1 - exp(-1/100)) = 100.5008, and the deviation of
     * a million's mean 0.1. */
    assert_true(sum / samples > 100.05 && sum / samples < 100.95);
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
        cmocka_unit_test(distances_are_exponential),
        cmocka_unit_test(distances_are_not_all_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
