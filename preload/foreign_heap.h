/*
 * The memory of an allocator that the program brings (jemalloc, tcmalloc, mimalloc): its module's
 * data (where that has no other code), and the anonymous mappings that hold its blocks.
 */
#ifndef CAULK_FOREIGN_HEAP_H
#define CAULK_FOREIGN_HEAP_H

#include <stdbool.h>

#include "preload/dump_job.h"

/* Adds the ranges to job->allocator; false without memory. */
bool foreign_heap_find(struct dump_job *job);

#endif
