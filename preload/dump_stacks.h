/*
 * Which stack nodes the dump needs (those of live blocks, and their callers), and their numbers in
 * it: by rank in a bitmap, so that parents keep smaller numbers than their children.
 */
#ifndef CAULK_DUMP_STACKS_H
#define CAULK_DUMP_STACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/dump_writer.h"
#include "preload/ranges.h"
#include "preload/stack_table.h"

struct dump_stacks {
    const struct stack_table *table;
    uint32_t count;   /* nodes in the table */
    uint64_t *needed; /* bitmap */
    uint32_t *ranks;  /* needed nodes before each word */
};

bool dump_stacks_init(struct dump_stacks *stacks, const struct stack_table *table);
void dump_stacks_need(struct dump_stacks *stacks, uint32_t node);
void dump_stacks_number_all(struct dump_stacks *stacks);

/* The node's number in the dump, from 1; 0 for none. */
uint32_t dump_stacks_number(const struct dump_stacks *stacks, uint32_t node);

/* Where the allocator was called from, in a stack with Python's functions too; 0 where unknown. */
uintptr_t dump_stacks_caller(const struct dump_stacks *stacks, uint32_t node);

void dump_stacks_write(const struct dump_stacks *stacks, struct dump_writer *writer);
/* Adds the return addresses of the nodes that are written. False: no memory. */
bool dump_stacks_addresses(const struct dump_stacks *stacks, struct ranges *addresses);

#endif
