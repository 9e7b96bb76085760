/* See preload/label_texts.h. Open addressing over pointers to texts that are stored one after the
 * other; types are few, so nothing grows and nothing is given back. */
#include "preload/label_texts.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "preload/pages.h"

#define SLOTS 65536u
#define TEXTS_MAX (SLOTS / 4 * 3)
#define CHUNK_BYTES 65536u

static struct {
    const char **slots;
    size_t count;
    char *chunk;
    size_t chunk_used;
} texts;

/* FNV-1a: Fowler, Noll, Vo, public domain. */
static uint32_t hash_text(const char *text, size_t length)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

static const char *store(const char *text, size_t length)
{
    if (!texts.chunk || CHUNK_BYTES - texts.chunk_used < length + 1) {
        char *fresh = pages_map(CHUNK_BYTES);
        if (!fresh)
            return NULL;
        texts.chunk = fresh;
        texts.chunk_used = 0;
    }
    char *stored = texts.chunk + texts.chunk_used;
    memcpy(stored, text, length); /* the pages are zeroed: the NUL is there */
    texts.chunk_used += length + 1;
    return stored;
}

const char *label_texts_intern(const char *text)
{
    size_t length = strnlen(text, LABEL_TEXT_BYTES - 1);
    if (!texts.slots && !(texts.slots = pages_map(SLOTS * sizeof(*texts.slots))))
        return NULL;
    for (uint32_t at = hash_text(text, length) % SLOTS;; at = (at + 1) % SLOTS) {
        const char *known = texts.slots[at];
        if (known && strncmp(known, text, length) == 0 && known[length] == '\0')
            return known;
        if (known)
            continue;
        if (texts.count == TEXTS_MAX || !(texts.slots[at] = store(text, length)))
            return NULL;
        texts.count++;
        return texts.slots[at];
    }
}
