#include "preload/ranked_bits.h"

#include <string.h>

#include "preload/pages.h"

#define GROUP_WORDS 8u /* a cache line */

static size_t word_count(const struct ranked_bits *bits)
{
    return bits->count / 64 + 1;
}

static size_t group_count(const struct ranked_bits *bits)
{
    return word_count(bits) / GROUP_WORDS + 1;
}

bool ranked_bits_init(struct ranked_bits *bits, uint32_t count)
{
    bits->count = count;
    bits->words = pages_map(word_count(bits) * sizeof(*bits->words));
    bits->ranks = pages_map(group_count(bits) * sizeof(*bits->ranks));
    return bits->words && bits->ranks;
}

void ranked_bits_finish(struct ranked_bits *bits)
{
    pages_unmap(bits->words, word_count(bits) * sizeof(*bits->words));
    pages_unmap(bits->ranks, group_count(bits) * sizeof(*bits->ranks));
    memset(bits, 0, sizeof(*bits));
}

void ranked_bits_clear(struct ranked_bits *bits)
{
    memset(bits->words, 0, word_count(bits) * sizeof(*bits->words));
}

__attribute__((target("popcnt"))) uint32_t ranked_bits_seal(struct ranked_bits *bits)
{
    uint32_t rank = 0;
    for (size_t word = 0; word < word_count(bits); word++) {
        if (word % GROUP_WORDS == 0)
            bits->ranks[word / GROUP_WORDS] = rank;
        rank += (uint32_t)__builtin_popcountll(bits->words[word]);
    }
    return rank;
}

__attribute__((target("popcnt"))) uint32_t ranked_bits_rank(const struct ranked_bits *bits,
                                                            uint32_t number)
{
    size_t word = number / 64, at = word - word % GROUP_WORDS;
    uint32_t rank = bits->ranks[word / GROUP_WORDS];
    for (; at < word; at++)
        rank += (uint32_t)__builtin_popcountll(bits->words[at]);
    uint64_t below = bits->words[word] & ((1ull << (number % 64)) - 1);
    return rank + (uint32_t)__builtin_popcountll(below);
}
