/*
 * Exactly which memory is glibc malloc's, without symbols: what lies between its blocks (free
 * chunks, thread caches, arenas) points to blocks and must not count as a root, while a program's
 * own mappings, which the kernel merges with it, must.
 */
#ifndef CAULK_GLIBC_HEAP_H
#define CAULK_GLIBC_HEAP_H

#include <stdbool.h>

#include "preload/dump_job.h"

/* Adds the ranges to job->allocator; false without memory. What does not look as glibc's structures
 * should is left out, and so stays a root. */
bool glibc_heap_find(struct dump_job *job);

#endif
