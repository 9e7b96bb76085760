/*
 * The bootstrap arena: serves what dlsym allocates while the tracker looks for the allocator. A
 * block has its size in the 16 bytes before it; nothing is ever given back. Lock-free.
 */
#ifndef CAULK_BOOTSTRAP_H
#define CAULK_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>

#include "preload/allocator.h"

/* An allocator whose functions all serve from the arena. */
extern const struct allocator bootstrap_allocator;

/* A block of the arena must never reach the allocator below. */
bool bootstrap_owns(const void *block);
size_t bootstrap_size(const void *block);

#endif
