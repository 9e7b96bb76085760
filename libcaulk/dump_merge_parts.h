/* What the steps of merging share. Private to libcaulk/dump_merge*.c. */
#ifndef CAULK_DUMP_MERGE_PARTS_H
#define CAULK_DUMP_MERGE_PARTS_H

#include "libcaulk/analysis.h"

/* A dump as a merged one: its sums, and of code and names what they need. Borrows strings from the
 * dump and the analysis; dump_close() frees it. tick_ns: the ticks to count births in. */
bool merge_reduce(const struct analysis *analysis, uint64_t tick_ns, struct dump **ret_reduced);

/* The analysis's blocks and sums by the dump's own stack, type and verdict, in no order. The caller
 * frees them. process: that of the reduced dump. */
bool merge_sums_collect(const struct analysis *analysis, const struct process *process,
                        struct block_sum **ret_sums, uint32_t *ret_count);

/* Joins sums that are alike; labels are compared as texts. */
void merge_sums_join(struct block_sum *sums, uint32_t *count);

/* Copies every string that the dump names into a pool of its own, each once; then orders sums and
 * processes as the format has them. */
bool merge_own_strings(struct dump *dump);

#endif
