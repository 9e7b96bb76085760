/* A dump, written section by section: what libcaulk/section_file.h reads. */
#ifndef CAULK_SECTION_OUTPUT_H
#define CAULK_SECTION_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "libcaulk/dump_format.h"
#include "libcaulk/error.h"

struct section_output {
    const char *path; /* for errors; borrowed */
    int descriptor;
    uint64_t position;
    struct dump_section sections[DUMP_SECTION_COUNT]; /* by kind - 1 */
};

/* descriptor: an empty file, open for writing; borrowed. */
void section_output_init(struct section_output *output, int descriptor, const char *path);

/* Each kind once, in any order. */
bool section_output_add(struct section_output *output, enum dump_section_kind kind,
                        const void *bytes, uint64_t size, uint64_t count, struct error *err);

/* Header and section table: before this the file is none. */
bool section_output_finish(struct section_output *output, struct error *err);

#endif
