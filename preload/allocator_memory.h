/*
 * Which memory is the allocator's: blocks, what lies between them, and its own state. Nothing of it
 * is a root; everything else around it may be.
 */
#ifndef CAULK_ALLOCATOR_MEMORY_H
#define CAULK_ALLOCATOR_MEMORY_H

#include "preload/dump_job.h"

/* Into job->allocator, settled. Returns 0 or an errno. */
int allocator_memory_find(struct dump_job *job);

#endif
