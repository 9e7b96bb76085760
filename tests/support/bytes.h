/* A growing array of bytes or records, for test code: ends the program when memory does. */
#ifndef CAULK_TESTS_BYTES_H
#define CAULK_TESTS_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *at;
    size_t size, capacity;
};

void *bytes_append(struct bytes *bytes, const void *from, size_t size); /* where it went */
void bytes_append_varint(struct bytes *bytes, uint64_t value);
void bytes_append_zigzag(struct bytes *bytes, int64_t value);
void bytes_finish(struct bytes *bytes);

#endif
