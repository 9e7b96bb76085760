/*
 * Writes the sections of a dump, one after another in any order, each streamed through one buffer;
 * the header comes last, so that a file that was cut short has none.
 *
 * Errors stick: after the first one everything is ignored, and dump_writer_finish() returns it.
 */
#ifndef CAULK_DUMP_WRITER_H
#define CAULK_DUMP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/dump_format.h"

#define VARINT_MAX_BYTES 10u

struct dump_writer {
    int fd;
    int error;         /* errno of the first failure */
    uint64_t position; /* in the file, of the buffer's first byte */
    uint8_t *buffer;
    size_t used;
    void *checksum; /* state of the section's */
    uint32_t kind;  /* of the section under way, 0 between sections */
    uint64_t section_start;
    struct dump_section sections[DUMP_SECTION_COUNT];
};

/* fd: an empty file, open for writing; borrowed. */
bool dump_writer_init(struct dump_writer *writer, int fd);

void dump_writer_begin(struct dump_writer *writer, enum dump_section_kind kind);
void dump_writer_end(struct dump_writer *writer, uint64_t count);
void dump_writer_bytes(struct dump_writer *writer, const void *bytes, size_t count);

/* Makes room for at least VARINT_MAX_BYTES bytes in the buffer. */
void dump_writer_flush(struct dump_writer *writer);

/* Writes header and section table; returns 0 or the errno of the first failure. */
int dump_writer_finish(struct dump_writer *writer);

/* LEB128 at ret_bytes, which has room for VARINT_MAX_BYTES; returns the bytes used. */
static inline size_t varint_encode(uint64_t number, uint8_t *ret_bytes)
{
    size_t used = 0;
    for (; number >= 0x80; number >>= 7)
        ret_bytes[used++] = (uint8_t)(number | 0x80);
    ret_bytes[used++] = (uint8_t)number;
    return used;
}

static inline uint64_t zigzag(int64_t number)
{
    return (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
}

#define DUMP_WRITER_BUFFER_BYTES (1u << 20)

static inline void dump_writer_varint(struct dump_writer *writer, uint64_t number)
{
    if (writer->used + VARINT_MAX_BYTES > DUMP_WRITER_BUFFER_BYTES)
        dump_writer_flush(writer);
    writer->used += varint_encode(number, writer->buffer + writer->used);
}

static inline void dump_writer_zigzag(struct dump_writer *writer, int64_t number)
{
    dump_writer_varint(writer, zigzag(number));
}

#endif
