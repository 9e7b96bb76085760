/*
 * The rows of a comparison: stacks, numbered alike for all its dumps, or where that is wanted their
 * callers. Row 0 is the unknown stack. Private to libcaulk/diff.c.
 */
#ifndef CAULK_DIFF_ROWS_H
#define CAULK_DIFF_ROWS_H

#include "libcaulk/common_stacks.h"

struct diff_rows {
    struct dump *const *dumps; /* borrowed */
    uint32_t dump_count;
    uint32_t count;
    uint32_t **row;    /* dump -> stack node -> row */
    uint32_t **common; /* dump -> stack node -> its stack's common number: unless rows are callers
                          the same */
    struct common_stacks stacks;
    struct dump *merged_code; /* of merged dumps, in the place of `stacks`; else NULL */
};

/* Of one process's dumps, or of merged ones. False where memory ran out; finish it then too. Linear
 * in the stack nodes. */
bool diff_rows_init(struct diff_rows *rows, struct dump *const *dumps, uint32_t dump_count,
                    bool by_caller);
void diff_rows_finish(struct diff_rows *rows);

#endif
