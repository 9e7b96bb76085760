/* FNV-1a, 64 bits, of one text after another (Fowler, Noll, Vo, public domain). */
#ifndef CAULK_TEXT_HASH_H
#define CAULK_TEXT_HASH_H

#include <stdint.h>

#define TEXT_HASH_START UINT64_C(0xcbf29ce484222325)

/* With its NUL: "ab" "c" is not "a" "bc". hash: of the texts before, or TEXT_HASH_START. */
static inline uint64_t text_hash(uint64_t hash, const char *text)
{
    do
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    while (*text++);
    return hash;
}

#endif
