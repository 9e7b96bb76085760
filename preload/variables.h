/*
 * Where the variables of the loaded modules lie: what modules export, and what the symbol tables of
 * their files have where these are still there. For the dump's child, which needs no names: who
 * reads the dump finds them.
 */
#ifndef CAULK_VARIABLES_H
#define CAULK_VARIABLES_H

#include "preload/dump_job.h"

struct variable {
    uintptr_t start, end; /* first, as preload/nested.h has them */
    uint64_t tag;         /* the caller's, at first 0 */
};

struct variables {
    struct variable *items; /* by start; at one start the largest first */
    size_t count, capacity;
};

/* Those in writable segments. What can't be read is left out. False: no memory. */
bool variables_find(const struct dump_job *job, struct variables *ret_variables);

/* The innermost that covers the address, or NULL. */
struct variable *variables_at(const struct variables *variables, uintptr_t address);

#endif
