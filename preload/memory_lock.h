/* Locking the program's memory without the tracker's. */
#ifndef CAULK_MEMORY_LOCK_H
#define CAULK_MEMORY_LOCK_H

#include <stdbool.h>

/*
 * Locks every mapping there is but the tracker's, as mlockall(MCL_CURRENT) does, with MCL_ONFAULT
 * in flags or without; mappings that cannot be read are left out. Returns 0, or the errno that
 * mlockall gives where the limit does not allow it; nothing is locked then. False in ret_tried, and
 * nothing done, where the mappings cannot be listed.
 */
int memory_lock_current(int flags, bool *ret_tried);

#endif
