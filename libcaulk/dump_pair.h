/*
 * Two dumps of one process, block by block: which are the same.
 *
 * A block is the same where address, size, site and birth are. Ticks are coarse, but every dump
 * advances them: at an address with a birth before the older dump there can have been one block
 * only when that dump was taken. So a reused address is not taken for a survivor. Without births
 * (memory=low) one of equal size from the same site is.
 */
#ifndef CAULK_DUMP_PAIR_H
#define CAULK_DUMP_PAIR_H

#include "libcaulk/dump.h"

#define PAIR_NONE UINT32_MAX

struct dump_pair {
    const struct dump *old, *new; /* borrowed */
    uint32_t *in_new;             /* old block -> the same in new, or PAIR_NONE: freed */
    uint32_t *in_old;             /* new block -> the same in old, or PAIR_NONE: born since */
};

/* False, with the reason, where the second is not a later dump of the first one's process. */
bool dump_pair_check(const struct dump *old, const struct dump *new, struct error *err);

/* old_stack, new_stack: common numbers (libcaulk/common_stacks.h). Both dumps must be of one
 * process and not sums. Linear. */
bool dump_pair_init(struct dump_pair *pair, const struct dump *old, const uint32_t *old_stack,
                    const struct dump *new, const uint32_t *new_stack, struct error *err);
void dump_pair_finish(struct dump_pair *pair);

#endif
