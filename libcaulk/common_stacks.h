/*
 * Stacks by their return addresses, numbered alike for several dumps of one process: each dump has
 * numbers of its own.
 */
#ifndef CAULK_COMMON_STACKS_H
#define CAULK_COMMON_STACKS_H

#include "libcaulk/dump.h"
#include "libcaulk/id_table.h"

/* A table of zeros is an empty one. */
struct common_stacks {
    struct id_table addresses;
    struct id_table nodes; /* parent's number and address's -> number - 1; 0 is the unknown stack */
};

/* Adds a dump's stacks: *ret_common, the caller's to free, gives for each of its stack node numbers
 * the common one. False where memory ran out. */
bool common_stacks_add(struct common_stacks *stacks, const struct dump *dump,
                       uint32_t **ret_common);
void common_stacks_finish(struct common_stacks *stacks);

/* How many numbers there are, 0 included. */
static inline uint32_t common_stacks_count(const struct common_stacks *stacks)
{
    return stacks->nodes.count + 1;
}

#endif
