/* Stacks of several merged dumps by common numbers: each has its modules where there was room. */
#ifndef CAULK_DUMP_MERGE_STACKS_H
#define CAULK_DUMP_MERGE_STACKS_H

#include "libcaulk/dump.h"

/* *ret_code, for dump_close(), has all their stacks, modules and Python functions; ret_common[d],
 * the caller's to free, gives for each stack node number of dump d the number there. False where
 * memory ran out; then nothing is returned. */
bool dump_merge_stacks(struct dump *const *dumps, uint32_t count, struct dump **ret_code,
                       uint32_t **ret_common);

#endif
