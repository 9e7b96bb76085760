/* FNV-1a, 64 bits, of a text that need not end with NUL (Fowler, Noll, Vo, public domain). */
#ifndef CAULK_PRELOAD_TEXT_HASH_H
#define CAULK_PRELOAD_TEXT_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t text_hash(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
