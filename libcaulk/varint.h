/*
 * Reading varints, and writing them: unsigned LEB128 numbers of at most 10 bytes, as the dump
 * format uses them.
 *
 * Nine in ten numbers of a dump take one or two bytes, so these are decoded in place and the rest
 * by a call.
 */
#ifndef CAULK_VARINT_H
#define CAULK_VARINT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define VARINT_MAX_BYTES 10u

struct varint_reader {
    const uint8_t *at;
    const uint8_t *end;
};

bool varint_read_long(struct varint_reader *reader, uint64_t *ret_value);

/* False, with the reader where it was, if the number is cut off or does not fit 64 bits. */
static inline bool varint_read(struct varint_reader *reader, uint64_t *ret_value)
{
    const uint8_t *at = reader->at;
    if (reader->end - at >= 2) {
        if (at[0] < 0x80) {
            reader->at = at + 1;
            *ret_value = at[0];
            return true;
        }
        if (at[1] < 0x80) {
            reader->at = at + 2;
            *ret_value = (at[0] & 0x7fu) | (uint32_t)at[1] << 7;
            return true;
        }
    }
    return varint_read_long(reader, ret_value);
}

void varint_write(FILE *out, uint64_t number);

/* The signed number in a zigzag-coded one, as the amount to add modulo 2^64. */
static inline uint64_t zigzag_decode(uint64_t coded)
{
    return (coded >> 1) ^ (0 - (coded & 1));
}

#endif
