/*
 * What is checked before any section is looked at: the header, the section table, and that the
 * sections and the zeros between them are the file, every byte of it. With the sections' own
 * checksums no byte of a dump can change unnoticed.
 */
#include "libcaulk/section_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libcaulk/checksum.h"

#define SECTION_ALIGN 8u

static const char *const section_names[DUMP_SECTION_END] = {
    [DUMP_PROCESS] = "PROCESS",
    [DUMP_STRINGS] = "STRINGS",
    [DUMP_MODULES] = "MODULES",
    [DUMP_SEGMENTS] = "SEGMENTS",
    [DUMP_MAPS] = "MAPS",
    [DUMP_THREADS] = "THREADS",
    [DUMP_STACKS] = "STACKS",
    [DUMP_BLOCKS] = "BLOCKS",
    [DUMP_EDGES] = "EDGES",
    [DUMP_ROOTS] = "ROOTS",
    [DUMP_ROOT_REFS] = "ROOT_REFS",
    [DUMP_DECLARED] = "DECLARED",
    [DUMP_LABELS] = "LABELS",
    [DUMP_TYPES] = "TYPES",
    [DUMP_BLOCK_TYPES] = "BLOCK_TYPES",
    [DUMP_PYTHON] = "PYTHON",
    [DUMP_SUMS] = "SUMS",
    [DUMP_SYMBOLS] = "SYMBOLS",
    [DUMP_PYTHON_CODES] = "PYTHON_CODES",
    [DUMP_PYTHON_LOOPS] = "PYTHON_LOOPS",
    [DUMP_LAYOUTS] = "LAYOUTS",
    [DUMP_ATTRIBUTES] = "ATTRIBUTES",
};

const char *section_name(enum dump_section_kind kind)
{
    return section_names[kind];
}

bool section_wrong(const struct section *section, struct error *err, const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    return error_set(err, section->file->path, "section %s: %s", section_name(section->kind), what);
}

static bool read_exactly(const struct section_file *file, void *bytes, uint64_t size,
                         uint64_t offset, struct error *err)
{
    uint8_t *at = bytes;
    while (size) {
        ssize_t got = pread(file->descriptor, at, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(err, file->path, "cannot read at offset %" PRIu64 ": %s", offset,
                             strerror(errno));
        if (got == 0)
            return error_set(err, file->path, "truncated at offset %" PRIu64, offset);
        at += got;
        offset += (uint64_t)got;
        size -= (uint64_t)got;
    }
    return true;
}

static bool header_check(const struct section_file *file, uint64_t file_bytes, struct error *err)
{
    const struct dump_header *header = &file->header;
    if (memcmp(header->magic, DUMP_MAGIC, sizeof(header->magic)))
        return error_set(err, file->path, "not a caulk dump (caulk dump PID makes one)");
    if (header->version == 0)
        return error_set(err, file->path, "header: there is no format version 0");
    if (header->version != DUMP_VERSION)
        return error_set(
            err, file->path, "made by %s caulk: format version %" PRIu32 "; this one reads %u",
            header->version > DUMP_VERSION ? "a newer" : "an older", header->version, DUMP_VERSION);
    if (header->file_bytes > file_bytes)
        return error_set(err, file->path,
                         "truncated: %" PRIu64 " bytes of %" PRIu64 "; copy it again, whole",
                         file_bytes, header->file_bytes);
    if (header->file_bytes < file_bytes)
        return error_set(err, file->path, "%" PRIu64 " bytes too many: the dump in it has %" PRIu64,
                         file_bytes - header->file_bytes, header->file_bytes);
    if (header->section_count != DUMP_SECTION_COUNT)
        return error_set(err, file->path, "header: %" PRIu32 " sections, version %u has %u",
                         header->section_count, DUMP_VERSION, DUMP_SECTION_COUNT);
    return true;
}

static bool table_checksum_check(const struct section_file *file, struct error *err)
{
    struct {
        struct dump_header header;
        struct dump_section sections[DUMP_SECTION_COUNT];
    } summed;
    static_assert(sizeof(summed) == sizeof(file->header) + sizeof(file->sections), "no padding");
    summed.header = file->header;
    summed.header.checksum = 0;
    memcpy(summed.sections, file->sections, sizeof(summed.sections));
    if (checksum(&summed, sizeof(summed)) != file->header.checksum)
        return error_set(err, file->path, "header: checksum is wrong");
    return true;
}

static bool entry_check(const struct section_file *file, unsigned index, struct error *err)
{
    const struct dump_section *entry = &file->sections[index];
    if (entry->kind != index + 1)
        return error_set(err, file->path, "section table: entry %u is of kind %" PRIu32, index + 1,
                         entry->kind);
    uint64_t file_bytes = file->header.file_bytes;
    if (entry->offset > file_bytes || entry->bytes > file_bytes - entry->offset)
        return error_set(err, file->path,
                         "section %s: %" PRIu64 " bytes at %" PRIu64 " reach past the file's end",
                         section_name(entry->kind), entry->bytes, entry->offset);
    if (entry->offset % SECTION_ALIGN)
        return error_set(err, file->path, "section %s: its offset %" PRIu64 " is no multiple of %u",
                         section_name(entry->kind), entry->offset, SECTION_ALIGN);
    return true;
}

/* The bytes between two sections, or after the last: fewer than SECTION_ALIGN, and zeros. */
static bool fill_check(const struct section_file *file, uint64_t start, uint64_t end,
                       struct error *err)
{
    static const uint8_t zeros[SECTION_ALIGN];
    uint8_t fill[SECTION_ALIGN];
    if (end - start >= SECTION_ALIGN)
        return error_set(err, file->path, "unused bytes at offset %" PRIu64, start);
    if (!read_exactly(file, fill, end - start, start, err))
        return false;
    if (memcmp(fill, zeros, end - start))
        return error_set(err, file->path, "bytes between sections at offset %" PRIu64 " are not 0",
                         start);
    return true;
}

static int by_offset(const void *left, const void *right)
{
    const struct dump_section *a = *(const struct dump_section *const *)left;
    const struct dump_section *b = *(const struct dump_section *const *)right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* The sections, whatever their order, must tile the file: none overlapping, nothing left over. */
static bool layout_check(const struct section_file *file, struct error *err)
{
    const struct dump_section *order[DUMP_SECTION_COUNT];
    size_t used = 0;
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++) {
        if (file->sections[i].bytes)
            order[used++] = &file->sections[i];
    }
    qsort(order, used, sizeof(order[0]), by_offset);
    uint64_t end = sizeof(file->header) + sizeof(file->sections);
    for (size_t i = 0; i < used; i++) {
        if (order[i]->offset < end)
            return error_set(err, file->path,
                             "section %s: overlaps what is before it, at offset %" PRIu64,
                             section_name(order[i]->kind), order[i]->offset);
        if (!fill_check(file, end, order[i]->offset, err))
            return false;
        end = order[i]->offset + order[i]->bytes;
    }
    return fill_check(file, end, file->header.file_bytes, err);
}

static bool table_read(struct section_file *file, uint64_t file_bytes, struct error *err)
{
    if (!file_bytes)
        return error_set(err, file->path, "empty file");
    memset(&file->header, 0, sizeof(file->header));
    uint64_t first = file_bytes < sizeof(file->header) ? file_bytes : sizeof(file->header);
    if (!read_exactly(file, &file->header, first, 0, err))
        return false;
    if (!memcmp(file->header.magic, DUMP_MAGIC, sizeof(file->header.magic)) &&
        first < sizeof(file->header))
        return error_set(err, file->path, "truncated in the header: %" PRIu64 " bytes", file_bytes);
    if (!header_check(file, file_bytes, err) ||
        !read_exactly(file, file->sections, sizeof(file->sections), sizeof(file->header), err) ||
        !table_checksum_check(file, err))
        return false;
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++) {
        if (!entry_check(file, i, err))
            return false;
    }
    return layout_check(file, err);
}

/* Nonblocking, so that opening a FIFO returns; it has no meaning for the files that we go on with.
 */
static bool regular_file_open(struct section_file *file, uint64_t *ret_bytes, struct error *err)
{
    struct stat status;
    file->descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file->descriptor < 0)
        return error_set(err, file->path, "cannot open: %s", strerror(errno));
    if (fstat(file->descriptor, &status) < 0)
        error_set(err, file->path, "cannot stat: %s", strerror(errno));
    else if (S_ISDIR(status.st_mode))
        error_set(err, file->path, "is a directory");
    else if (!S_ISREG(status.st_mode))
        error_set(err, file->path, "not a regular file");
    else {
        *ret_bytes = (uint64_t)status.st_size;
        return true;
    }
    section_file_close(file);
    return false;
}

bool section_file_open(struct section_file *file, const char *path, struct error *err)
{
    uint64_t file_bytes = 0;
    file->path = path;
    if (!regular_file_open(file, &file_bytes, err))
        return false;
    if (table_read(file, file_bytes, err))
        return true;
    section_file_close(file);
    return false;
}

void section_file_close(struct section_file *file)
{
    close(file->descriptor);
    file->descriptor = -1;
}

bool section_read(struct section *section, const struct section_file *file,
                  enum dump_section_kind kind, struct error *err)
{
    const struct dump_section *entry = &file->sections[kind - 1];
    struct section read = {file, kind, NULL, entry->bytes, entry->count};
    read.bytes = malloc(entry->bytes ? entry->bytes : 1);
    if (!read.bytes)
        return section_wrong(&read, err, "no memory for %" PRIu64 " bytes", entry->bytes);
    if (!read_exactly(file, read.bytes, entry->bytes, entry->offset, err)) {
        free(read.bytes);
        return false;
    }
    if (checksum(read.bytes, entry->bytes) != entry->checksum) {
        free(read.bytes);
        return section_wrong(&read, err, "checksum is wrong");
    }
    *section = read;
    return true;
}
