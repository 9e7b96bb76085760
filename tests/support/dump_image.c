/* The file around the sections: layout, table, checksums. */
#include "tests/support/dump_image.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libcaulk/checksum.h"
#include "tests/support/bytes.h"

struct dump_image dump_image_create(const struct bytes *sections, const uint64_t *counts)
{
    static const uint8_t zeros[8];
    struct dump_header header = {.version = DUMP_VERSION, .section_count = DUMP_SECTION_COUNT};
    struct dump_section table[DUMP_SECTION_COUNT];
    struct bytes file = {0};
    memcpy(header.magic, DUMP_MAGIC, sizeof(header.magic));
    memset(table, 0, sizeof(table));
    bytes_append(&file, &header, sizeof(header));
    bytes_append(&file, table, sizeof(table));
    for (uint32_t i = 0; i < DUMP_SECTION_COUNT; i++) {
        table[i] = (struct dump_section){
            .kind = i + 1, .offset = file.size, .bytes = sections[i].size, .count = counts[i]};
        bytes_append(&file, sections[i].at, sections[i].size);
        bytes_append(&file, zeros, -file.size % sizeof(zeros));
    }
    header.file_bytes = file.size;
    memcpy(file.at, &header, sizeof(header));
    memcpy(file.at + sizeof(header), table, sizeof(table));
    dump_image_seal(file.at, file.size);
    return (struct dump_image){file.at, file.size};
}

struct dump_section *dump_image_section(struct dump_image *image, enum dump_section_kind kind)
{
    return (struct dump_section *)(image->bytes + sizeof(struct dump_header)) + (kind - 1);
}

void dump_image_seal(uint8_t *bytes, size_t size)
{
    struct dump_header header;
    struct dump_section table[DUMP_SECTION_COUNT];
    uint8_t summed[sizeof(header) + sizeof(table)];
    if (size < sizeof(summed))
        return;
    memcpy(&header, bytes, sizeof(header));
    memcpy(table, bytes + sizeof(header), sizeof(table));
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++) {
        if (table[i].offset <= size && table[i].bytes <= size - table[i].offset)
            table[i].checksum = checksum(bytes + table[i].offset, table[i].bytes);
    }
    header.checksum = 0;
    memcpy(summed, &header, sizeof(header));
    memcpy(summed + sizeof(header), table, sizeof(table));
    header.checksum = checksum(summed, sizeof(summed));
    memcpy(bytes, &header, sizeof(header));
    memcpy(bytes + sizeof(header), table, sizeof(table));
}

static void write_all(int descriptor, const struct dump_image *image, const char *name)
{
    for (size_t done = 0; done < image->size;) {
        ssize_t wrote = write(descriptor, image->bytes + done, image->size - done);
        if (wrote <= 0) {
            perror(name);
            exit(2);
        }
        done += (size_t)wrote;
    }
}

bool dump_image_open(const struct dump_image *image, struct dump **ret_dump, struct error *err)
{
    char path[64];
    int descriptor = memfd_create("dump", MFD_CLOEXEC);
    if (descriptor < 0)
        abort();
    write_all(descriptor, image, "memfd");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    bool opened = dump_open(path, ret_dump, err);
    close(descriptor);
    return opened;
}

void dump_image_write(const struct dump_image *image, const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        perror(path);
        exit(2);
    }
    write_all(descriptor, image, path);
    close(descriptor);
}
