/*
 * Which blocks get a full stack with `stacks=sampled`: a Poisson process over the allocated bytes,
 * so that a block of n bytes is taken with probability 1 - exp(-n / mean), whatever the program's
 * pattern of sizes.
 */
#ifndef CAULK_SAMPLER_H
#define CAULK_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

struct sampler {
    uint64_t random; /* 0: not seeded yet */
    uint64_t left;   /* bytes up to the next sample */
};

/* The rare part of sampler_take(). */
bool sampler_draw(struct sampler *sampler, uint64_t bytes, uint64_t mean_bytes);

/* Counts the bytes; true when the block they belong to is to be sampled. */
static inline bool sampler_take(struct sampler *sampler, uint64_t bytes, uint64_t mean_bytes)
{
    if (__builtin_expect(bytes < sampler->left, 1)) {
        sampler->left -= bytes;
        return false;
    }
    return sampler_draw(sampler, bytes, mean_bytes);
}

#endif
