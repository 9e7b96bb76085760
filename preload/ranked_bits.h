/*
 * A bit for each of many numbers, and how many are set below any of them: for the dump's child,
 * which has no room for more than bits. Built, then sealed, then asked.
 *
 * Memory: 1.06 bits a number.
 */
#ifndef CAULK_RANKED_BITS_H
#define CAULK_RANKED_BITS_H

#include <stdbool.h>
#include <stdint.h>

struct ranked_bits {
    uint32_t count;
    uint64_t *words;
    uint32_t *ranks; /* bits set before each group of words, once sealed */
};

/* All clear. False without memory. */
bool ranked_bits_init(struct ranked_bits *bits, uint32_t count);
void ranked_bits_finish(struct ranked_bits *bits);

/* Before it is sealed: all clear again. */
void ranked_bits_clear(struct ranked_bits *bits);

static inline bool ranked_bits_get(const struct ranked_bits *bits, uint32_t number)
{
    return bits->words[number / 64] >> (number % 64) & 1;
}

static inline void ranked_bits_set(struct ranked_bits *bits, uint32_t number)
{
    bits->words[number / 64] |= 1ull << (number % 64);
}

/* Counts; returns how many are set. */
uint32_t ranked_bits_seal(struct ranked_bits *bits);

/* How many numbers below this one are set. */
uint32_t ranked_bits_rank(const struct ranked_bits *bits, uint32_t number);

#endif
