/*
 * The texts of a DevTools' snapshot, by their numbers in its list of strings. A block is called by
 * its type, or by the function that allocated it and where: DevTools' summary puts together what
 * has one name. What many blocks share is made once.
 */
#ifndef CAULK_SNAPSHOT_NAMES_H
#define CAULK_SNAPSHOT_NAMES_H

#include "cli/opened.h"
#include "cli/string_table.h"

/* Offsets above this are numbers and no texts: an array has millions. */
#define SNAPSHOT_NAMED_OFFSET 4096u

struct snapshot_names {
    const struct opened *opened; /* borrowed */
    struct string_table texts;
    uint32_t *of_site; /* these three: text + 1; 0: not made yet */
    uint32_t *of_label;
    uint32_t of_offset[SNAPSHOT_NAMED_OFFSET + 1];
};

void snapshot_names_init(struct snapshot_names *names, const struct opened *opened);
void snapshot_names_finish(struct snapshot_names *names);

uint32_t snapshot_names_add(struct snapshot_names *names, const char *text);
uint32_t snapshot_names_block(struct snapshot_names *names, uint32_t block);

/* "3 × session_open()", of one of the dump's sums. */
uint32_t snapshot_names_sum(struct snapshot_names *names, uint32_t sum);

/* "+0x58"; up to SNAPSHOT_NAMED_OFFSET. */
uint32_t snapshot_names_offset(struct snapshot_names *names, uint64_t offset);

#endif
