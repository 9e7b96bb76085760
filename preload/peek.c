/* See peek.h. */
#include "preload/peek.h"

#include "preload/fault_guard.h"

bool peek(const struct maps *maps, uintptr_t at, void *ret_bytes, size_t count)
{
    return at + count >= at && maps_readable(maps, at, at + count) &&
           fault_guard_copy(ret_bytes, at, count);
}

bool peek_word(const struct maps *maps, uintptr_t at, uint64_t *ret_word)
{
    return at % sizeof(*ret_word) == 0 && peek(maps, at, ret_word, sizeof(*ret_word));
}

static bool is_printable(unsigned char character, bool foreign)
{
    return (character >= ' ' && character < 0x7f) || (foreign && character >= 0x80);
}

/* What can be read of [at, at + bytes) without leaving its mapping; the next one may be another. */
static size_t within_mapping(const struct maps *maps, uintptr_t at, size_t bytes)
{
    const struct mapping *mapping = maps_find(maps, at);
    if (!mapping || !mapping->readable)
        return 0;
    return bytes < mapping->end - at ? bytes : mapping->end - at;
}

size_t peek_name(const struct maps *maps, uintptr_t at, bool foreign, char *ret_text,
                 size_t capacity)
{
    size_t bytes = within_mapping(maps, at, capacity), length = 0;
    if (bytes == 0 || !fault_guard_copy(ret_text, at, bytes))
        return 0;
    while (length < bytes && is_printable((unsigned char)ret_text[length], foreign))
        length++;
    return length < bytes && ret_text[length] == '\0' ? length : 0;
}
