/*
 * Which group a block belongs to for the `header` rule (libcaulk/header_offsets.h): its label's,
 * else its stack's, where stacks are sampled its caller's. And which label it has.
 *
 * For the dump's child, once stacks are numbered: groups are 0 (a block without a label whose stack
 * is not known) to group_count - 1.
 */
#ifndef CAULK_BLOCK_GROUPS_H
#define CAULK_BLOCK_GROUPS_H

#include "preload/dump_job.h"

struct labelled_block {
    uint32_t number;
    uint32_t label; /* string of the dump */
    uint64_t group;
};

struct block_groups {
    const struct dump_stacks *stacks;
    uint32_t *of_stack;              /* stack node's number in the dump -> group; NULL: the same */
    struct labelled_block *labelled; /* by number */
    size_t labelled_count;
    uint32_t group_count;
};

/* False without memory. */
bool block_groups_init(struct block_groups *groups, struct dump_job *job);

/* stack: as recorded with the block. */
uint32_t block_groups_of(const struct block_groups *groups, uint32_t number, uint32_t stack);

/* The string of a block's label, 0 where it has none. */
uint32_t block_groups_label(const struct block_groups *groups, uint32_t number);

#endif
