/* See fake_objects.h. */
#include "tests/support/fake_objects.h"

#include <stdlib.h>
#include <string.h>

#define ASCII (1u << 2 | 1u << 5 | 1u << 6)
#define TYPE_WORDS 112u
#define READY_HEAP_TYPE (1ul << 12 | 1ul << 9)

uintptr_t fake_python_string(struct fake_memory *memory, const struct python *python,
                             const char *text, bool interned)
{
    uint64_t words[FAKE_STRING_WORDS] = {1, 0, strlen(text), 7, ASCII | interned};
    unsigned head = python->minor < 12 ? 6 : 5;
    if (strlen(text) >= sizeof(words) - head * 8)
        abort();
    memcpy(words + head, text, strlen(text));
    return fake_variables(memory, words, FAKE_STRING_WORDS);
}

/* The head and a table of 8 indices of a byte each; returns the words used. */
static size_t put_head(const struct python *python, uint32_t count, unsigned entry_words,
                       uint64_t *words)
{
    words[0] = 1;
    if (python->minor < 11) {
        words[1] = 8;
        words[4] = count;
        return 6;
    }
    words[1] = 3 | 3 << 8 | (entry_words == 2) << 16;
    words[3] = count;
    return 5;
}

uintptr_t fake_python_keys(struct fake_memory *memory, const struct python *python,
                           const uintptr_t *strings, uint32_t count, unsigned entry_words)
{
    uint64_t words[64] = {0};
    size_t used = put_head(python, count, entry_words, words);
    for (uint32_t i = 0; i < count; i++)
        words[used + (i + 1) * entry_words - 2] = strings[i];
    return fake_variables(memory, words, 64);
}

uintptr_t fake_python_dictionary(struct fake_memory *memory, const struct python *python,
                                 uintptr_t keys, uintptr_t values)
{
    const uint64_t words[] = {1, python->dict_type, 2, 0, keys, values};
    return fake_variables(memory, words, 6);
}

uintptr_t fake_python_class(struct fake_memory *memory, const struct python *python, uint64_t flags,
                            uint64_t basic_bytes, uint64_t dictionary, uintptr_t keys)
{
    uint64_t type[TYPE_WORDS] = {
        [0] = 1,
        [1] = python->type_type,
        [4] = basic_bytes,
        [21] = flags | READY_HEAP_TYPE,
        [36] = dictionary,
        [109] = python->minor == 11 ? keys : 0,
        [110] = python->minor > 11 ? keys : 0,
    };
    return fake_variables(memory, type, TYPE_WORDS);
}
