/* The header comes last, so that a file that was cut short has none. */
#include "libcaulk/section_output.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "libcaulk/checksum.h"

#define SECTION_ALIGN 8u

struct head {
    struct dump_header header;
    struct dump_section sections[DUMP_SECTION_COUNT];
};

void section_output_init(struct section_output *output, int descriptor, const char *path)
{
    *output = (struct section_output){
        .path = path, .descriptor = descriptor, .position = sizeof(struct head)};
}

static bool write_at(const struct section_output *output, const void *bytes, uint64_t size,
                     uint64_t offset, struct error *err)
{
    const uint8_t *at = bytes;
    while (size) {
        ssize_t wrote = pwrite(output->descriptor, at, size, (off_t)offset);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return error_set(err, output->path, "cannot write at offset %" PRIu64 ": %s", offset,
                             strerror(wrote < 0 ? errno : ENOSPC));
        at += wrote;
        offset += (uint64_t)wrote;
        size -= (uint64_t)wrote;
    }
    return true;
}

bool section_output_add(struct section_output *output, enum dump_section_kind kind,
                        const void *bytes, uint64_t size, uint64_t count, struct error *err)
{
    static const uint8_t zeros[SECTION_ALIGN];
    uint64_t fill = -size % SECTION_ALIGN;
    output->sections[kind - 1] = (struct dump_section){.kind = kind,
                                                       .offset = output->position,
                                                       .bytes = size,
                                                       .count = count,
                                                       .checksum = checksum(bytes, size)};
    if (!write_at(output, bytes, size, output->position, err) ||
        !write_at(output, zeros, fill, output->position + size, err))
        return false;
    output->position += size + fill;
    return true;
}

bool section_output_finish(struct section_output *output, struct error *err)
{
    struct head head = {.header = {.magic = DUMP_MAGIC,
                                   .version = DUMP_VERSION,
                                   .section_count = DUMP_SECTION_COUNT,
                                   .file_bytes = output->position}};
    static_assert(sizeof(head) == sizeof(head.header) + sizeof(head.sections), "no padding");
    memcpy(head.sections, output->sections, sizeof(head.sections));
    head.header.checksum = checksum(&head, sizeof(head));
    return write_at(output, &head, sizeof(head), 0, err);
}
