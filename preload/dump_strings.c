/* See dump_strings.h. A program may label millions of blocks with a few names, so the texts are
 * found by hash. */
#include "preload/dump_strings.h"

#include <string.h>

#include "preload/page_array.h"
#include "preload/pages.h"
#include "preload/text_hash.h"

#define FIRST_BYTES (64u << 10)
#define FIRST_SLOTS 4096u

bool dump_strings_init(struct dump_strings *strings)
{
    memset(strings, 0, sizeof(*strings));
    strings->capacity = FIRST_BYTES;
    strings->text = pages_map(strings->capacity);
    strings->slot_count = FIRST_SLOTS;
    strings->slots = pages_map(strings->slot_count * sizeof(*strings->slots));
    strings->bytes = 1;
    return strings->text && strings->slots;
}

static uint32_t *find_slot(const struct dump_strings *strings, const char *text, size_t length)
{
    size_t at = text_hash(text, length) & (strings->slot_count - 1);
    for (;; at = (at + 1) & (strings->slot_count - 1)) {
        uint32_t offset = strings->slots[at];
        if (offset == 0 || (strncmp(strings->text + offset, text, length) == 0 &&
                            strings->text[offset + length] == '\0'))
            return &strings->slots[at];
    }
}

static bool grow_text(struct dump_strings *strings, size_t needed)
{
    char *text = page_array_grow(strings->text, &strings->capacity, 1, needed);
    if (text)
        strings->text = text;
    return text != NULL;
}

static bool grow_slots(struct dump_strings *strings)
{
    size_t count = strings->slot_count;
    uint32_t *old = strings->slots, *slots = pages_map(2 * count * sizeof(*slots));
    if (!slots)
        return false;
    strings->slots = slots;
    strings->slot_count = 2 * count;
    for (size_t i = 0; i < count; i++) {
        const char *text = strings->text + old[i];
        if (old[i])
            *find_slot(strings, text, strlen(text)) = old[i];
    }
    pages_unmap(old, count * sizeof(*old));
    return true;
}

uint32_t dump_strings_add(struct dump_strings *strings, const char *text, size_t length)
{
    length = strnlen(text, length);
    if (length == 0)
        return 0;
    uint32_t *slot = find_slot(strings, text, length);
    if (*slot)
        return *slot;
    if (strings->bytes + length + 1 > strings->capacity &&
        !grow_text(strings, strings->bytes + length + 1))
        return 0;
    if (strings->used * 2 >= strings->slot_count) {
        if (!grow_slots(strings))
            return 0;
        slot = find_slot(strings, text, length);
    }
    *slot = (uint32_t)strings->bytes;
    strings->used++;
    memcpy(strings->text + strings->bytes, text, length);
    strings->bytes += length + 1;
    return *slot;
}

uint32_t dump_strings_text(struct dump_strings *strings, const char *text)
{
    return text ? dump_strings_add(strings, text, strlen(text)) : 0;
}

void dump_strings_write(const struct dump_strings *strings, struct dump_writer *writer)
{
    dump_writer_begin(writer, DUMP_STRINGS);
    dump_writer_bytes(writer, strings->text, strings->bytes);
    dump_writer_end(writer, strings->bytes);
}

void dump_strings_finish(struct dump_strings *strings)
{
    pages_unmap(strings->text, strings->capacity);
    pages_unmap(strings->slots, strings->slot_count * sizeof(*strings->slots));
    memset(strings, 0, sizeof(*strings));
}
