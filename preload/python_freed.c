/* See python_freed.h. */
#include "preload/python_freed.h"

#include <string.h>

#include "preload/peek.h"
#include "preload/python_keys.h"

#define WORD sizeof(uint64_t)
#define ALIGNMENT 16u /* of objects */

static bool is_object(const struct python_search *search, uintptr_t address, const char *name,
                      bool freed)
{
    struct {
        uint64_t references, type;
    } object;
    struct python_type type;
    return peek(search->maps, address, &object, sizeof(object)) &&
           (!freed || object.references == 0) &&
           python_type_read(search->python, search->maps, object.type, &type) &&
           type.length == strlen(name) && memcmp(type.name, name, type.length) == 0;
}

static bool is_keys(const struct python_search *search, uintptr_t address, bool unused)
{
    struct python_keys keys;
    return python_keys_read(search->python, search->maps, address, &keys) && keys.may_be_freed &&
           (!unused || keys.unused);
}

static bool looks_like(const struct python_search *search, enum python_freed kind,
                       uintptr_t address, bool freed)
{
    if (address % ALIGNMENT != 0)
        return false;
    if (kind == PYTHON_FREED_KEYS)
        return is_keys(search, address, false);
    return is_object(search, address, kind == PYTHON_FREED_LISTS ? "list" : "dict", freed);
}

bool python_freed(const struct python_search *search, enum python_freed kind, uintptr_t address)
{
    return looks_like(search, kind, address, true);
}

bool python_freed_kind(const struct python_search *search, enum python_freed kind,
                       uintptr_t address)
{
    return looks_like(search, kind, address, false);
}

uint32_t python_freed_ever(const uint64_t *entry)
{
    uint32_t used = 0, i;
    while (used < PYTHON_FREED_MAX && entry[used] != 0 && entry[used] % ALIGNMENT == 0)
        used++;
    for (i = used; i < PYTHON_FREED_MAX && entry[i] == 0;)
        i++;
    return i == PYTHON_FREED_MAX ? used : 0;
}

/* Whatever follows the header. */
static bool add_contents(const struct python_search *search, uintptr_t keys, struct ranges *ranges)
{
    struct heap_place place;
    /* asked for a word inside, because only then is the block's size looked up */
    return !heap_blocks_find(search->heap, keys + WORD, &place) || place.offset != WORD ||
           ranges_add(ranges, keys + PYTHON_KEYS_HEADER_LEAST, keys + place.bytes);
}

bool python_freed_stale(const struct python_search *search, enum python_freed kind,
                        const uint64_t *entry, uint32_t used, bool sure, struct ranges *ranges)
{
    bool done = ranges_add(ranges, (uintptr_t)&entry[used], (uintptr_t)&entry[PYTHON_FREED_MAX]);
    for (uint32_t i = 0; kind == PYTHON_FREED_KEYS && i < used; i++)
        if (sure || is_keys(search, entry[i], true))
            done = add_contents(search, entry[i], ranges) && done;
    return done;
}
