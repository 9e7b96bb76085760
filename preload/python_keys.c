/* See python_keys.h. */
#include "preload/python_keys.h"

#include <assert.h>

#include "preload/peek.h"

#define WORD sizeof(uint64_t)
#define VERSION_SMALL_ENTRIES 11u /* 3.11: entries of strings have no hash */
#define VERSION_SHORT_STRINGS 12u /* 3.12: strings lost a word */
#define TABLE_BITS_MAX 32u
/* Of the smallest tables, the only ones that are kept when they are freed: PyDict_MINSIZE. Those
 * that a dictionary outgrew still count it. */
#define SMALLEST_TABLE_BITS 3u
#define SMALLEST_ENTRIES 5u

/* Since 3.11. */
struct keys {
    uint64_t references;
    uint8_t table_bits, table_bytes_bits, kind, unused;
    uint32_t version;
    uint64_t usable, count;
};
static_assert(sizeof(struct keys) == PYTHON_KEYS_HEADER_LEAST, "dk_indices");
enum { KEYS_GENERAL, KEYS_STRINGS, KEYS_SHARED };

struct old_keys {
    uint64_t references, table_count, lookup, usable, count;
};
static_assert(sizeof(struct old_keys) == 40, "dk_indices");

static bool read_new(const struct maps *maps, uintptr_t address, struct python_keys *ret_keys)
{
    struct keys keys;
    if (!peek(maps, address, &keys, sizeof(keys)) || keys.kind > KEYS_SHARED ||
        keys.table_bytes_bits > TABLE_BITS_MAX || keys.count > PYTHON_KEYS_MAX)
        return false;
    ret_keys->entries = address + sizeof(keys) + (1ul << keys.table_bytes_bits);
    ret_keys->count = (uint32_t)keys.count;
    ret_keys->entry_words = keys.kind == KEYS_GENERAL ? 3 : 2;
    ret_keys->unused = keys.references == 0;
    ret_keys->may_be_freed = keys.references <= 1 && keys.kind == KEYS_STRINGS &&
                             keys.table_bits == SMALLEST_TABLE_BITS &&
                             keys.usable + keys.count <= SMALLEST_ENTRIES;
    return true;
}

static bool read_old(const struct maps *maps, uintptr_t address, struct python_keys *ret_keys)
{
    struct old_keys keys;
    if (!peek(maps, address, &keys, sizeof(keys)) || keys.count > PYTHON_KEYS_MAX ||
        keys.table_count > 1ul << TABLE_BITS_MAX)
        return false;
    uint64_t index_bytes = keys.table_count <= UINT8_MAX    ? 1
                           : keys.table_count <= UINT16_MAX ? 2
                                                            : 4;
    ret_keys->entries = address + sizeof(keys) + keys.table_count * index_bytes;
    ret_keys->count = (uint32_t)keys.count;
    ret_keys->entry_words = 3;
    ret_keys->unused = keys.references == 0;
    ret_keys->may_be_freed = keys.references <= 1 &&
                             keys.table_count == 1u << SMALLEST_TABLE_BITS &&
                             keys.usable + keys.count <= SMALLEST_ENTRIES;
    return true;
}

bool python_keys_read(const struct python *python, const struct maps *maps, uintptr_t address,
                      struct python_keys *ret_keys)
{
    ret_keys->wide = python->minor < VERSION_SHORT_STRINGS;
    return address != 0 &&
           (python->minor < VERSION_SMALL_ENTRIES ? read_old(maps, address, ret_keys)
                                                  : read_new(maps, address, ret_keys));
}

/* PyASCIIObject. */
struct string {
    uint64_t references, type, length, hash;
    uint32_t state, unused;
};
static_assert(sizeof(struct string) == 40, "string layout");

#define STATE_INTERNED 3u
#define STATE_FORM (0x1fu << 2) /* the rest: bytes of a character, compact, ASCII */
#define STATE_ASCII (1u << 2 | 1u << 5 | 1u << 6)

bool python_is_identifier(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char small = text[i] | 0x20;
        if (!(small >= 'a' && small <= 'z') && text[i] != '_' &&
            !(i > 0 && text[i] >= '0' && text[i] <= '9'))
            return false;
    }
    return true;
}

size_t python_keys_name(const struct python_keys *keys, const struct maps *maps, uint32_t entry,
                        char ret_name[PYTHON_KEY_BYTES])
{
    uint64_t key;
    struct string string;
    uintptr_t at = keys->entries + (entry + 1ul) * keys->entry_words * WORD;
    if (!peek_word(maps, at - 2 * WORD, &key) || !peek(maps, key, &string, sizeof(string)) ||
        !(string.state & STATE_INTERNED) || (string.state & STATE_FORM) != STATE_ASCII ||
        string.length > PYTHON_KEY_BYTES ||
        !peek(maps, key + sizeof(string) + (keys->wide ? WORD : 0), ret_name, string.length) ||
        !python_is_identifier(ret_name, string.length))
        return 0;
    return string.length;
}
