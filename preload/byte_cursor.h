/*
 * Reads the byte-coded parts of unwind tables: every read is checked against the end, and a cursor
 * that has once run over it only gives zeros, so that a parser needs to look at `failed` only once.
 * Runs anywhere.
 */
#ifndef CAULK_BYTE_CURSOR_H
#define CAULK_BYTE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct byte_cursor {
    const uint8_t *at, *end;
    bool failed;
};

static inline bool byte_cursor_more(const struct byte_cursor *cursor)
{
    return !cursor->failed && cursor->at < cursor->end;
}

static inline const uint8_t *byte_cursor_skip(struct byte_cursor *cursor, size_t bytes)
{
    const uint8_t *start = cursor->at;
    if (cursor->failed || bytes > (size_t)(cursor->end - cursor->at)) {
        cursor->failed = true;
        return NULL;
    }
    cursor->at += bytes;
    return start;
}

/* The next `bytes` bytes (at most 8) as a little-endian number. */
static inline uint64_t byte_cursor_unsigned(struct byte_cursor *cursor, size_t bytes)
{
    uint64_t value = 0;
    const uint8_t *start = byte_cursor_skip(cursor, bytes);
    if (start)
        memcpy(&value, start, bytes);
    return value;
}

static inline int64_t byte_cursor_signed(struct byte_cursor *cursor, size_t bytes)
{
    unsigned unused_bits = 64 - 8 * (unsigned)bytes;
    return (int64_t)(byte_cursor_unsigned(cursor, bytes) << unused_bits) >> unused_bits;
}

/* LEB128, whose numbers end with a byte below 0x80; bits past the 64th are dropped. ret_bits: how
 * many there were. */
static inline uint64_t byte_cursor_leb(struct byte_cursor *cursor, unsigned *ret_bits,
                                       uint8_t *ret_last)
{
    uint64_t value = 0;
    uint8_t byte;
    unsigned bits = 0;
    do {
        byte = (uint8_t)byte_cursor_unsigned(cursor, 1);
        if (bits < 64)
            value |= (uint64_t)(byte & 0x7f) << bits;
        bits += 7;
    } while (byte & 0x80);
    *ret_bits = bits;
    *ret_last = byte;
    return value;
}

static inline uint64_t byte_cursor_uleb(struct byte_cursor *cursor)
{
    unsigned bits;
    uint8_t last;
    return byte_cursor_leb(cursor, &bits, &last);
}

/* Of the last byte's seven bits the highest is the sign. */
static inline int64_t byte_cursor_sleb(struct byte_cursor *cursor)
{
    unsigned bits;
    uint8_t last;
    uint64_t value = byte_cursor_leb(cursor, &bits, &last);
    if (bits < 64 && (last & 0x40))
        value |= ~(uint64_t)0 << bits;
    return (int64_t)value;
}

#endif
