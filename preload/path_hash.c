/* See preload/path_hash.h. */
#include "preload/path_hash.h"

#include <sys/auxv.h>

/* splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15ull;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ x >> 27) * 0x94d049bb133111ebull;
    return x ^ x >> 31;
}

static uint64_t next_below_prime(uint64_t *state)
{
    return next_random(state) % PATH_HASH_PRIME;
}

void path_keys_draw(struct path_keys *keys)
{
    const uint64_t *random = (const uint64_t *)getauxval(AT_RANDOM);
    uint64_t first = random ? random[0] : 0, second = random ? random[1] : 1;
    keys->first_point = next_below_prime(&first);
    keys->second_point = next_below_prime(&second);
    keys->multiplier = next_random(&first) | 1;
    for (unsigned i = 0; i < PATH_HASH_WORDS_MAX; i++)
        keys->words[i] = next_random(i % 2 ? &first : &second);
}
