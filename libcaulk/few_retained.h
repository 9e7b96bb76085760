/*
 * What each of a few blocks retains: the block and everything that no chain without it leads to,
 * from roots or (of a lost block) from other source components than its own. So that is what
 * releasing it could release.
 */
#ifndef CAULK_FEW_RETAINED_H
#define CAULK_FEW_RETAINED_H

#include "libcaulk/verdicts.h"

#define FEW_RETAINED_MAX 63u

/* Of `count` different blocks, at most FEW_RETAINED_MAX. One search over the heap for all of them,
 * and as many more of what they retain as they are, at worst; 18 bytes a block meanwhile. */
bool few_retained(const struct heap_graph *heap, const struct verdicts *verdicts,
                  const uint32_t *blocks, uint32_t count, struct amount *ret_retained,
                  struct error *err);

#endif
