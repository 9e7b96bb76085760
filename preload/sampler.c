/*
 * See preload/sampler.h. The distance between two samples is -ln(u) * mean, u uniform in (0, 1]. A
 * logarithm of our own, within 1 %: libm may not be there.
 */
#include "preload/sampler.h"

#define LN2 0.6931471805599453
/* log2(1 + m) is m + about this much of m (1 - m), for m from 0 to 1. */
#define LOG2_CURVE 0.3465

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

/* -ln(bits / 2^64), bits not 0. */
static double minus_log(uint64_t bits)
{
    unsigned zeros = (unsigned)__builtin_clzll(bits);
    double m = (double)(bits << zeros << 1) / 18446744073709551616.0;
    return ((double)(zeros + 1) - (m + LOG2_CURVE * m * (1 - m))) * LN2;
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
