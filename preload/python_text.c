/* See preload/python_text.h. */
#include "preload/python_text.h"

#define OBJECT_TYPE 8u
#define CHARACTER_BYTES_MAX 4u

/* A byte that was not UTF-8 is kept as one of these characters. */
static bool is_byte(uint32_t character)
{
    return character >= 0xdc80 && character <= 0xdcff;
}

static size_t encode(uint32_t character, char *ret_bytes)
{
    if (character < 0x80 || is_byte(character)) {
        ret_bytes[0] = (char)character; /* 0xdc80 ends as 0x80 does */
        return 1;
    }
    size_t bytes = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = bytes - 1; i > 0; i--, character >>= 6)
        ret_bytes[i] = (char)(0x80 | (character & 0x3f));
    ret_bytes[0] = (char)(0xf0u << (4 - bytes) | character);
    return bytes;
}

size_t python_text_read(const struct python_runtime *runtime, uintptr_t text, char *ret_bytes,
                        size_t capacity)
{
    if (!text || *(uintptr_t *)(text + OBJECT_TYPE) != runtime->text_type)
        return 0;
    ssize_t length = runtime->text_length((void *)text);
    size_t bytes = 0;
    for (ssize_t i = 0; i < length && bytes + CHARACTER_BYTES_MAX <= capacity; i++)
        bytes += encode(runtime->text_character((void *)text, i), ret_bytes + bytes);
    return bytes;
}
