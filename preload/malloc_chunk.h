/*
 * A chunk of glibc's malloc: two words before the block, the second one its size and three bits.
 * The first one belongs to the chunk before while that is in use.
 */
#ifndef CAULK_MALLOC_CHUNK_H
#define CAULK_MALLOC_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHUNK_HEAD_BYTES 16u
#define CHUNK_MIN_BYTES 32u
#define CHUNK_ALIGN 16u

enum chunk_bit { CHUNK_PREVIOUS_IN_USE = 1, CHUNK_MMAPPED = 2, CHUNK_OF_ARENA = 4 };

static inline uint64_t chunk_size_word(uintptr_t chunk)
{
    return ((const uint64_t *)chunk)[1];
}

static inline uint64_t chunk_bytes(uintptr_t chunk)
{
    return chunk_size_word(chunk) & ~7ull;
}

static inline uint64_t chunk_previous_bytes(uintptr_t chunk)
{
    return ((const uint64_t *)chunk)[0];
}

static inline bool chunk_is_mmapped(uintptr_t chunk)
{
    return chunk_size_word(chunk) & CHUNK_MMAPPED;
}

static inline bool chunk_is_of_arena(uintptr_t chunk)
{
    return chunk_size_word(chunk) & CHUNK_OF_ARENA;
}

/* Where malloc ends a piece of the main arena's memory that something else follows: two chunks of
 * nothing but a head. */
static inline bool chunk_is_fence(uintptr_t chunk)
{
    return chunk_bytes(chunk) == CHUNK_HEAD_BYTES;
}

#endif
