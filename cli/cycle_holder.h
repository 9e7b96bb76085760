/* Of a lost cycle that is not the leak itself: what lost thing holds it. */
#ifndef CAULK_CYCLE_HOLDER_H
#define CAULK_CYCLE_HOLDER_H

#include "cli/opened.h"
#include "cli/words.h"

/* The id of what it is counted under, the shape of a cycle ("C1") or a site ("S7"), in whose
 * figures it is too; "" where nothing holds it. */
struct phrase cycle_holder(const struct opened *opened, const struct cycle *cycle);

/* How many cycles of a shape have one. */
uint32_t cycle_holders_count(const struct opened *opened, const struct shape *shape);

#endif
