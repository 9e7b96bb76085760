/*
 * A dump file's bytes, to be damaged, sealed again, written and opened. Independent of the tracker.
 */
#ifndef CAULK_TESTS_DUMP_IMAGE_H
#define CAULK_TESTS_DUMP_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/dump.h"
#include "libcaulk/dump_format.h"

struct dump_image {
    uint8_t *bytes; /* malloc'ed; free() it */
    size_t size;
};

/* The parts put together: sections[kind - 1] are its bytes, counts[kind - 1] its count. */
struct bytes;
struct dump_image dump_image_create(const struct bytes *sections, const uint64_t *counts);

/* A section's entry in the table, to look at or to damage. */
struct dump_section *dump_image_section(struct dump_image *image, enum dump_section_kind kind);

/* Makes all checksums right again, of whatever the table says lies within the bytes. Takes any
 * bytes at all. */
void dump_image_seal(uint8_t *bytes, size_t size);

/* Opens it as a file that has no name. */
bool dump_image_open(const struct dump_image *image, struct dump **ret_dump, struct error *err);

/* Creates the file; ends the program if it can't. */
void dump_image_write(const struct dump_image *image, const char *path);

#endif
