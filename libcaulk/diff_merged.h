/*
 * What two merged dumps say of growth: they have no blocks that could be found again, only how much
 * there is of each place.
 */
#ifndef CAULK_DIFF_MERGED_H
#define CAULK_DIFF_MERGED_H

#include "libcaulk/analysis.h"
#include "libcaulk/growth.h"

/* From what is live in the older dump (as `freed`) and in the newer one (as `survived`): what was
 * gained on balance counts as born, what was lost on balance as freed. */
void diff_merged_balance(struct growth *growth);

/* A merged dump and, by its stack node numbers, the row that each belongs to. */
struct merged_rows {
    const struct dump *dump;
    const uint32_t *row;
};

/* By how much each kind grew in the rows where it did; not what is pending. False where memory ran
 * out. */
bool diff_merged_newly_lost(struct merged_rows old, struct merged_rows new, uint32_t row_count,
                            struct amount ret_newly_lost[KIND_COUNT]);

/* How many more lost cycles there are that are not pending. */
uint64_t diff_merged_new_cycles(const struct analysis *old, const struct analysis *new);

#endif
