/*
 * Numbers for whole call stacks, made so that two different stacks do not share one. The keys are
 * drawn at random when the process starts, and nobody outside knows them; so the bounds below hold
 * whatever the program's addresses are.
 *
 * Of a stack's addresses: they are the coefficients of a polynomial over the field of 2^61 - 1, and
 * the number's halves are its values at two points (Carter and Wegman, "Universal classes of hash
 * functions", 1979). It grows frame by frame from the outermost inwards. Two stacks of up to 256
 * frames agree in one half with a probability of at most 256 / 2^61, in both of 2^-106.
 *
 * Of words of the stack, equally many and in places of equal layout: the sum of products of two
 * words each, every word with a key of its own added (NH; Black et al., "UMAC: Fast and secure
 * message authentication", 1999). Different words give the same 128 bits with a probability of at
 * most 2^-64. The halves of these are the number's, both with the layout's own number in them; the
 * second is multiplied with an odd key, so that its upper bits depend on all of it (Dietzfelbinger
 * et al., "A reliable randomized algorithm for the closest-pair problem", 1997).
 *
 * Runs anywhere; 2 ns a frame, 0.6 ns a word.
 */
#ifndef CAULK_PATH_HASH_H
#define CAULK_PATH_HASH_H

#include <stdint.h>

#define PATH_HASH_BITS 61
#define PATH_HASH_PRIME ((1ull << PATH_HASH_BITS) - 1)
#define PATH_HASH_UNROLL 4u
#define PATH_HASH_WORDS_MAX 576u /* of one stack; a multiple of that */

struct path_hash {
    uint64_t first, second;
};

struct path_keys {
    uint64_t first_point, second_point; /* below the prime */
    uint64_t multiplier;                /* odd */
    uint64_t words[PATH_HASH_WORDS_MAX];
};

static inline uint64_t path_hash_reduce(unsigned __int128 sum)
{
    uint64_t low = (uint64_t)sum & PATH_HASH_PRIME, high = (uint64_t)(sum >> PATH_HASH_BITS);
    uint64_t folded = low + (high & PATH_HASH_PRIME) + (high >> PATH_HASH_BITS);
    return folded >= PATH_HASH_PRIME ? folded - PATH_HASH_PRIME : folded;
}

/* The stack of which `outer` is the number (of no frames: both halves 0), with one frame more
 * inside. An address is never 0 and below 2^61, so a longer stack is another polynomial too. */
static inline struct path_hash path_hash_on(const struct path_keys *keys, struct path_hash outer,
                                            uintptr_t address)
{
    return (struct path_hash){
        path_hash_reduce((unsigned __int128)outer.first * keys->first_point + address),
        path_hash_reduce((unsigned __int128)outer.second * keys->second_point + address)};
}

static inline uint64_t path_hash_without_half(uint64_t whole, uint64_t outer, uint64_t point,
                                              unsigned frames)
{
    for (; frames > 0; frames /= 2) {
        if (frames % 2)
            outer = path_hash_reduce((unsigned __int128)outer * point);
        point = path_hash_reduce((unsigned __int128)point * point);
    }
    return whole >= outer ? whole - outer : whole + PATH_HASH_PRIME - outer;
}

/* The innermost frames of a stack, so many, by the numbers of the whole and of what is further out:
 * as if path_hash_on() had begun with them. */
static inline struct path_hash path_hash_without(const struct path_keys *keys,
                                                 struct path_hash whole, struct path_hash outer,
                                                 unsigned frames)
{
    return (struct path_hash){
        path_hash_without_half(whole.first, outer.first, keys->first_point, frames),
        path_hash_without_half(whole.second, outer.second, keys->second_point, frames)};
}

/* The number of words of which `sum` is the sum of path_hash_pair()s, in which each key is used
 * once. Where stacks differ in length, one of the words has to say so. */
static inline struct path_hash path_hash_of_sum(const struct path_keys *keys, unsigned __int128 sum,
                                                uint64_t layout)
{
    return (struct path_hash){(uint64_t)sum + layout,
                              ((uint64_t)(sum >> 64) ^ layout) * keys->multiplier};
}

static inline unsigned __int128 path_hash_pair(const struct path_keys *keys, unsigned first_key,
                                               uint64_t a, uint64_t b)
{
    return (unsigned __int128)(a + keys->words[first_key]) * (b + keys->words[first_key + 1]);
}

/* The words at these offsets from sp, in words; count is a multiple of PATH_HASH_UNROLL. layout is
 * the number of the layout that has them. */
static inline struct path_hash path_hash_words(const struct path_keys *keys, uint64_t layout,
                                               const uintptr_t *sp, const uint16_t *offsets,
                                               unsigned count)
{
    unsigned __int128 sum = 0;
    const uint64_t *key = keys->words;
    for (const uint16_t *end = offsets + count; offsets < end; offsets += 4, key += 4)
        sum += (unsigned __int128)(sp[offsets[0]] + key[0]) * (sp[offsets[1]] + key[1]) +
               (unsigned __int128)(sp[offsets[2]] + key[2]) * (sp[offsets[3]] + key[3]);
    return path_hash_of_sum(keys, sum, layout);
}

/* From the random bytes that the kernel gives each process at its start. */
void path_keys_draw(struct path_keys *keys);

#endif
