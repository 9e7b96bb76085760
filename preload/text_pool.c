/* See preload/text_pool.h. Open addressing over pointers to texts that are stored one after the
 * other and never given back. */
#include "preload/text_pool.h"

#include <stdbool.h>
#include <string.h>

#include "preload/pages.h"
#include "preload/text_hash.h"

#define FIRST_SLOTS 512u
#define LAST_SLOTS 65536u
#define CHUNK_BYTES 65536u

static const char *store(struct text_pool *pool, const char *text, size_t length)
{
    if (!pool->chunk || CHUNK_BYTES - pool->chunk_used < length + 1) {
        char *fresh = pages_map(CHUNK_BYTES);
        if (!fresh)
            return NULL;
        pool->chunk = fresh;
        pool->chunk_used = 0;
    }
    char *stored = pool->chunk + pool->chunk_used;
    memcpy(stored, text, length); /* the pages are zeroed: the NUL is there */
    pool->chunk_used += length + 1;
    return stored;
}

/* Where the text is, or the empty slot that ends the search. */
static const char **find_slot(const struct text_pool *pool, const char *text, size_t length)
{
    uint32_t at = (uint32_t)text_hash(text, length) & pool->mask;
    for (;; at = (at + 1) & pool->mask) {
        const char *known = pool->slots[at];
        if (!known || (strncmp(known, text, length) == 0 && known[length] == '\0'))
            return &pool->slots[at];
    }
}

/* At three quarters full. */
static bool make_room(struct text_pool *pool)
{
    uint32_t slots = pool->slots ? pool->mask + 1 : 0, more = slots ? 2 * slots : FIRST_SLOTS;
    const char **old = pool->slots;
    if (pool->count < slots / 4 * 3)
        return true;
    const char **fresh = more <= LAST_SLOTS ? pages_map(more * sizeof(*fresh)) : NULL;
    if (!fresh)
        return false;
    pool->slots = fresh;
    pool->mask = more - 1;
    for (uint32_t i = 0; i < slots; i++)
        if (old[i])
            *find_slot(pool, old[i], strlen(old[i])) = old[i];
    pages_unmap(old, slots * sizeof(*old));
    return true;
}

const char *text_pool_intern(struct text_pool *pool, const char *text, size_t length)
{
    length = length < TEXT_POOL_BYTES_MAX ? length : TEXT_POOL_BYTES_MAX - 1;
    bool room = make_room(pool);
    const char **slot = pool->slots ? find_slot(pool, text, length) : NULL;
    if (!slot || *slot || !room)
        return slot ? *slot : NULL;
    *slot = store(pool, text, length);
    pool->count += *slot != NULL;
    return *slot;
}
