/* The pointers that lie in one block: in its own parts, in pages that were touched; and what it has
 * instead of one, where that is known. */
#ifndef CAULK_BLOCK_SCAN_H
#define CAULK_BLOCK_SCAN_H

#include "preload/dump_job.h"

/* Tells job->scan.found each, in ascending order. */
void block_scan(struct dump_job *job, const struct heap_block *block);

#endif
