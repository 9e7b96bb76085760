/*
 * glibc's main_arena, found without symbols in libc's data: 127 pairs of bin pointers, each of
 * which points to itself while its bin is empty, else to a chunk that points back.
 */
#ifndef CAULK_MAIN_ARENA_H
#define CAULK_MAIN_ARENA_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/modules.h"

/* What we use of struct malloc_state (glibc 2.27 to 2.41). */
struct arena {
    uintptr_t address, end;
    uintptr_t top;  /* its top chunk */
    uintptr_t next; /* in the ring of all arenas */
};

/* Both read memory that may be anything: under a fault guard. */
bool main_arena_find(const struct loaded_module *libc, struct arena *ret_arena);
struct arena arena_read(uintptr_t address);

#endif
