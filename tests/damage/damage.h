/*
 * Damages a dump in every structured way, with checksums that are right: for each damaged file a
 * visit. What the checksums would catch by themselves is no test of the reader.
 */
#ifndef CAULK_TESTS_DAMAGE_H
#define CAULK_TESTS_DAMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/dump_image.h"

struct damage {
    const struct dump_image *whole; /* sealed; its sections in the order of their kinds */
    uint64_t most;                  /* records, numbers or cuts tried of each kind, evenly spread */
    void (*visit)(const struct dump_image *damaged, const char *what);
};

/* Each field of the header, the section table and the fixed records: 0, 1, the largest, one less
 * and one more than it was, and some in between. */
void damage_fields(const struct damage *damage);

/* The same of each number of the coded sections: counts, offsets, differences, indices. */
void damage_numbers(const struct damage *damage);

/* Sections that are exchanged, out of order, there twice, overlapping, without their first or last
 * bytes, or empty. */
void damage_sections(const struct damage *damage);

/* The file ends earlier: with its checksums as they were, and made right again. A small one at
 * every byte. */
void damage_cuts(const struct damage *damage);

/* The file of a module (whole: an ELF file): each field of its headers, bytes of its sections, its
 * end. */
void damage_module(const struct damage *damage);

/* ---- for these ---- */

/* A copy to damage; free() its bytes. */
struct dump_image damage_copy(const struct damage *damage);

/* Seals the image and visits it. */
void damage_seal_and_visit(const struct damage *damage, struct dump_image *image, const char *what);

void damage_visit(const struct damage *damage, struct dump_image *image, const char *what);

/* From one record to the next, so that no more than `most` are met. */
uint64_t damage_step(const struct damage *damage, uint64_t count);

/* The values that stand in for one of so many bytes: the index-th, or false after the last. */
bool damage_value(uint64_t was, size_t bytes, unsigned index, uint64_t *ret_value);

/* A section's name, for words. */
const char *damage_section_name(enum dump_section_kind kind);

#endif
