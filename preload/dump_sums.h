/* What a dump says of the blocks that it does not have in full: the section SUMS and the root
 * "summed". */
#ifndef CAULK_DUMP_SUMS_H
#define CAULK_DUMP_SUMS_H

#include "preload/reachable.h"
#include "preload/roots.h"

/* False without memory. */
bool dump_sums_write(struct dump_job *job, const struct reachable *reachable);

/* Pointers from summed blocks to those in BLOCKS, as the references of one root. */
void root_summed_scan(struct roots *roots, struct reachable *reachable);

#endif
