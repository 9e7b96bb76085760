/* See dump_writer.h. Checksums follow the buffer: each full one is hashed and written while it is
 * still in the cache. */
#include "preload/dump_writer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "preload/pages.h"

#define SECTIONS_OFFSET (sizeof(struct dump_header) + sizeof(((struct dump_writer *)0)->sections))
static_assert(SECTIONS_OFFSET % 8 == 0, "sections start at a multiple of 8");
static_assert(_Alignof(XXH3_state_t) <= 4096, "pages are aligned enough");

bool dump_writer_init(struct dump_writer *writer, int fd)
{
    memset(writer, 0, sizeof(*writer));
    writer->fd = fd;
    writer->position = SECTIONS_OFFSET;
    writer->buffer = pages_map(DUMP_WRITER_BUFFER_BYTES);
    writer->checksum = pages_map(sizeof(XXH3_state_t));
    return writer->buffer && writer->checksum;
}

static void write_all(struct dump_writer *writer, const void *bytes, size_t count, uint64_t offset)
{
    const uint8_t *from = bytes;
    while (count > 0 && !writer->error) {
        ssize_t n = pwrite(writer->fd, from, count, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            writer->error = n < 0 ? errno : ENOSPC;
            return;
        }
        from += n;
        count -= (size_t)n;
        offset += (uint64_t)n;
    }
}

void dump_writer_flush(struct dump_writer *writer)
{
    if (writer->kind)
        XXH3_64bits_update(writer->checksum, writer->buffer, writer->used);
    write_all(writer, writer->buffer, writer->used, writer->position);
    writer->position += writer->used;
    writer->used = 0;
}

void dump_writer_begin(struct dump_writer *writer, enum dump_section_kind kind)
{
    dump_writer_flush(writer);
    writer->kind = kind;
    writer->section_start = writer->position;
    XXH3_64bits_reset(writer->checksum);
}

void dump_writer_bytes(struct dump_writer *writer, const void *bytes, size_t count)
{
    const uint8_t *from = bytes;
    while (count > 0) {
        if (writer->used == DUMP_WRITER_BUFFER_BYTES)
            dump_writer_flush(writer);
        size_t room = DUMP_WRITER_BUFFER_BYTES - writer->used;
        size_t part = count < room ? count : room;
        memcpy(writer->buffer + writer->used, from, part);
        writer->used += part;
        from += part;
        count -= part;
    }
}

void dump_writer_end(struct dump_writer *writer, uint64_t count)
{
    dump_writer_flush(writer);
    struct dump_section *section = &writer->sections[writer->kind - 1];
    *section = (struct dump_section){
        .kind = writer->kind,
        .offset = writer->section_start,
        .bytes = writer->position - writer->section_start,
        .count = count,
        .checksum = XXH3_64bits_digest(writer->checksum),
    };
    writer->kind = 0;
    static const uint8_t zeros[8];
    dump_writer_bytes(writer, zeros, -section->bytes & 7);
}

/* A section that was never begun is there all the same, empty, at the file's end. */
static void add_missing_sections(struct dump_writer *writer)
{
    for (uint32_t kind = 1; kind < DUMP_SECTION_END; kind++) {
        if (writer->sections[kind - 1].kind == 0) {
            dump_writer_begin(writer, kind);
            dump_writer_end(writer, 0);
        }
    }
}

int dump_writer_finish(struct dump_writer *writer)
{
    add_missing_sections(writer);
    dump_writer_flush(writer);
    struct dump_header header = {
        .magic = DUMP_MAGIC,
        .version = DUMP_VERSION,
        .section_count = DUMP_SECTION_COUNT,
        .file_bytes = writer->position,
    };
    XXH3_64bits_reset(writer->checksum);
    XXH3_64bits_update(writer->checksum, &header, sizeof(header));
    XXH3_64bits_update(writer->checksum, writer->sections, sizeof(writer->sections));
    header.checksum = XXH3_64bits_digest(writer->checksum);
    write_all(writer, writer->sections, sizeof(writer->sections), sizeof(header));
    write_all(writer, &header, sizeof(header), 0);
    pages_unmap(writer->buffer, DUMP_WRITER_BUFFER_BYTES);
    pages_unmap(writer->checksum, sizeof(XXH3_state_t));
    return writer->error;
}
