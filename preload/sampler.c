/*
 * See preload/sampler.h. The distance between two samples is -ln(u) * mean, u uniform in (0, 1].
 * The logarithm is our own: libm may not be there. It is exact to 1e-7, which costs a few
 * multiplications for each sample and none for any other block.
 */
#include "preload/sampler.h"

#define LN2 0.6931471805599453

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016. */
static uint64_t next_random(struct sampler *sampler)
{
    uint64_t x = sampler->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    sampler->random = x;
    return x * 0x2545f4914f6cdd1dull;
}

/* ln(1 + m), m in [0, 1): twice the area tangent of m / (2 + m), which is at most 1/3, as a series
 * whose first term left out is below 1e-7. */
static double log_of_one_plus(double m)
{
    double s = m / (2 + m), square = s * s;
    double series = 1.0 / 13;
    for (int divisor = 11; divisor > 0; divisor -= 2)
        series = series * square + 1.0 / divisor;
    return 2 * s * series;
}

/* -ln(bits / 2^64), bits not 0. */
static double minus_log(uint64_t bits)
{
    unsigned zeros = (unsigned)__builtin_clzll(bits);
    double m = (double)(bits << zeros << 1) / 18446744073709551616.0;
    return (double)(zeros + 1) * LN2 - log_of_one_plus(m);
}

static uint64_t distance(struct sampler *sampler, uint64_t mean_bytes)
{
    return (uint64_t)(minus_log(next_random(sampler) | 1) * (double)mean_bytes) + 1;
}

bool sampler_draw(struct sampler *sampler, uint64_t bytes, uint64_t mean_bytes)
{
    if (sampler->random == 0) {
        sampler->random = (uintptr_t)sampler | 1; /* another one in each thread */
        for (unsigned i = 0; i < 8; i++)
            next_random(sampler);
        sampler->left = distance(sampler, mean_bytes);
        if (bytes < sampler->left) {
            sampler->left -= bytes;
            return false;
        }
    }
    sampler->left = distance(sampler, mean_bytes);
    return true;
}
