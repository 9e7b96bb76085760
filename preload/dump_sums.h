/* What a dump says of the blocks that it does not have in full: the section SUMS and the root
 * "summed". */
#ifndef CAULK_DUMP_SUMS_H
#define CAULK_DUMP_SUMS_H

#include "preload/owner_marks.h"
#include "preload/reachable.h"
#include "preload/roots.h"

/* Before roots are written: those that own something are to be among them. False without memory. */
bool dump_sums_ask(struct roots *roots, const struct owner_table *table);

/* Once they are. False without memory. */
bool dump_sums_write(struct dump_job *job, const struct reachable *reachable,
                     const struct owner_marks *owners, const struct roots *roots);

/* Pointers from summed blocks to those in BLOCKS, as the references of one root. */
void root_summed_scan(struct roots *roots, struct reachable *reachable);

#endif
