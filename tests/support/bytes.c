/* Varints are written here by the specification, without the reader's code: a misunderstanding in
 * one of the two then shows. */
#include "tests/support/bytes.h"

#include <stdlib.h>
#include <string.h>

void *bytes_append(struct bytes *bytes, const void *from, size_t size)
{
    if (!bytes->at || size > bytes->capacity - bytes->size) {
        bytes->capacity = 2 * bytes->capacity + size + 64;
        bytes->at = realloc(bytes->at, bytes->capacity);
        if (!bytes->at)
            abort();
    }
    void *to = bytes->at + bytes->size;
    if (size)
        memcpy(to, from, size);
    bytes->size += size;
    return to;
}

void bytes_append_varint(struct bytes *bytes, uint64_t value)
{
    uint8_t coded[10];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        coded[size++] = (uint8_t)(value | 0x80);
    coded[size++] = (uint8_t)value;
    bytes_append(bytes, coded, size);
}

void bytes_append_zigzag(struct bytes *bytes, int64_t value)
{
    bytes_append_varint(bytes, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63));
}

void bytes_finish(struct bytes *bytes)
{
    free(bytes->at);
    *bytes = (struct bytes){0};
}
