/*
 * The dump as a file: header and section table checked, sections read one at a time.
 *
 * Sections are read into memory, not mapped: a file that is cut short or fails while we look at it
 * is then a read error, where a mapping would end the process with SIGBUS, and what was checked
 * cannot change afterwards.
 */
#ifndef CAULK_SECTION_FILE_H
#define CAULK_SECTION_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "libcaulk/dump_format.h"
#include "libcaulk/error.h"

struct section_file {
    const char *path; /* borrowed from the caller */
    int descriptor;
    struct dump_header header;
    struct dump_section sections[DUMP_SECTION_COUNT]; /* by kind - 1 */
};

/* A section in memory, its checksum verified. */
struct section {
    const struct section_file *file;
    enum dump_section_kind kind;
    uint8_t *bytes;
    uint64_t size;
    uint64_t count;
};

/* "BLOCKS", … */
const char *section_name(enum dump_section_kind kind);

/* Opens the file and verifies everything but the sections' contents: that it is a regular file of
 * this format and version, whole, and that the sections lie in it one after another. On failure
 * nothing is left open. */
bool section_file_open(struct section_file *file, const char *path, struct error *err);
void section_file_close(struct section_file *file);

/* Reads a section and verifies its checksum. section->bytes is the caller's to free. */
bool section_read(struct section *section, const struct section_file *file,
                  enum dump_section_kind kind, struct error *err);

/* False, with "section NAME: …" as the error. */
bool section_wrong(const struct section *section, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
