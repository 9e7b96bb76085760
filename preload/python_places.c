/* See python_places.h. */
#include "preload/python_places.h"

#include <assert.h>

#include "preload/peek.h"

#define WORD sizeof(uint64_t)
#define FLAGS_AT 168u       /* in a type: tp_flags */
#define BASIC_BYTES_AT 32u  /* tp_basicsize */
#define DICTIONARY_AT 288u  /* tp_dictoffset */
#define SHARED_KEYS_AT 872u /* ht_cached_keys, of 3.11 */
#define SHARED_KEYS_AT_LATER 880u

#define FLAG_INLINE_VALUES (1ul << 2)
#define FLAG_MANAGED_DICTIONARY (1ul << 4)
#define FLAG_HEAP_TYPE (1ul << 9)

#define VERSION_MANAGED 11u /* 3.11: managed dictionaries are no word of the object's */
#define VERSION_EITHER 12u
#define VERSION_INLINE 13u
#define MANAGED_VALUES 32u /* before the object */
#define MANAGED_DICTIONARY 24u
#define OBJECT_BYTES_MAX (1u << 30)

static bool is_managed(const struct python *python, uint64_t flags)
{
    return python->minor >= VERSION_MANAGED && flags & FLAG_MANAGED_DICTIONARY &&
           flags & FLAG_HEAP_TYPE;
}

static uint32_t values_of(const struct python *python, uint64_t flags, uint64_t basic_bytes,
                          uint32_t object)
{
    if (python->minor < VERSION_EITHER)
        return object - MANAGED_VALUES;
    if (python->minor < VERSION_INLINE)
        return object - MANAGED_DICTIONARY;
    return flags & FLAG_INLINE_VALUES && basic_bytes < OBJECT_BYTES_MAX
               ? object + (uint32_t)basic_bytes
               : PYTHON_NOWHERE;
}

void python_places_read(const struct python *python, const struct maps *maps, uintptr_t address,
                        const struct python_type *type, struct python_places *ret_places)
{
    uint64_t flags, basic_bytes, dictionary, keys;
    uintptr_t keys_at =
        address + (python->minor < VERSION_EITHER ? SHARED_KEYS_AT : SHARED_KEYS_AT_LATER);
    *ret_places = (struct python_places){PYTHON_NOWHERE, PYTHON_NOWHERE, .type = address,
                                         .object = type->offset};
    if (!peek_word(maps, address + FLAGS_AT, &flags) ||
        !peek_word(maps, address + BASIC_BYTES_AT, &basic_bytes) ||
        !peek_word(maps, address + DICTIONARY_AT, &dictionary))
        return;
    if (is_managed(python, flags)) {
        ret_places->dictionary = type->offset - MANAGED_DICTIONARY;
        if (peek_word(maps, keys_at, &keys) && keys != 0) {
            ret_places->values = values_of(python, flags, basic_bytes, type->offset);
            ret_places->keys = keys;
        }
    } else if (dictionary % WORD == 0 && dictionary != 0 && dictionary < basic_bytes &&
               basic_bytes < OBJECT_BYTES_MAX) {
        ret_places->dictionary = type->offset + (uint32_t)dictionary;
    }
}

/* PyDictObject. */
struct dictionary {
    uint64_t references, type, used, version, keys, values;
};
static_assert(sizeof(struct dictionary) == 48, "dictionary layout");

/* The head of values since 3.13. */
struct values_head {
    uint8_t capacity, count, embedded, valid, unused[4];
};
static_assert(sizeof(struct values_head) == WORD, "values layout");

static uintptr_t first_value(const struct python *python, uintptr_t values)
{
    return values == 0 || python->minor < VERSION_INLINE ? values
                                                         : values + sizeof(struct values_head);
}

static bool read_dictionary(const struct python *python, const struct maps *maps, uintptr_t at,
                            struct python_attributes *ret_attributes)
{
    struct dictionary dictionary;
    if (at == 0 || at % WORD != 0 || python->dict_type == 0 ||
        !peek(maps, at, &dictionary, sizeof(dictionary)) || dictionary.type != python->dict_type)
        return false;
    ret_attributes->keys = dictionary.keys;
    ret_attributes->values = first_value(python, dictionary.values);
    return true;
}

/* Where the object's values are, or 0 where it has a dictionary instead. */
static uintptr_t find_values(const struct python *python, const struct maps *maps, uintptr_t at)
{
    uint64_t word;
    struct values_head head;
    if (python->minor >= VERSION_INLINE)
        return peek(maps, at, &head, sizeof(head)) && head.valid == 1 ? first_value(python, at) : 0;
    if (!peek_word(maps, at, &word))
        return 0;
    if (python->minor >= VERSION_EITHER)
        return word & 1 ? word + 1 : 0;
    return word;
}

bool python_attributes_read(const struct python *python, const struct maps *maps,
                            const struct python_places *places, uintptr_t block,
                            struct python_attributes *ret_attributes)
{
    uint64_t dictionary;
    *ret_attributes = (struct python_attributes){.dictionary_offset = PYTHON_NOWHERE};
    if (places->dictionary != PYTHON_NOWHERE &&
        peek_word(maps, block + places->dictionary, &dictionary) &&
        read_dictionary(python, maps, dictionary, ret_attributes)) {
        ret_attributes->dictionary_offset = places->dictionary;
        return true;
    }
    if (places->values == PYTHON_NOWHERE)
        return false;
    ret_attributes->keys = places->keys;
    ret_attributes->values = find_values(python, maps, block + places->values);
    return ret_attributes->values != 0;
}
