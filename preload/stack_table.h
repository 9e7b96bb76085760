/*
 * Every distinct call stack once, as a trie: a node is a return address and the node of its caller,
 * so that stacks share their outer frames, and one node number stands for a whole stack. Nodes are
 * numbered from 1 in order of insertion: a parent's number is smaller than its children's.
 *
 * Insert-only and lock-free: any number of threads and signal handlers may intern at once, none
 * ever waits for another. The same (parent, pc) always gives the same node.
 *
 * Cost: 16 bytes for a node and 13 to 26 for its index entry, as much again for outgrown indexes,
 * in pages from pages_map().
 */
#ifndef CAULK_STACK_TABLE_H
#define CAULK_STACK_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/path_cache.h"
#include "preload/stack_index.h"

#define STACK_NODE_CHUNK_BITS 16u
#define STACK_NODE_CHUNKS (1u << (STACK_NODE_BITS - STACK_NODE_CHUNK_BITS))

struct stack_node;

struct stack_table {
    struct stack_node *_Atomic chunks[STACK_NODE_CHUNKS];
    struct stack_indexes indexes;
    _Atomic uint32_t last; /* number of the newest node */
    struct path_cache paths;
};

/* table is zeroed memory; false when there is no memory. */
bool stack_table_init(struct stack_table *table);

/* The node of pc called from parent (0: pc is the outermost frame), inserted if it is new; 0 when
 * the table is full or there is no memory. */
uint32_t stack_table_intern(struct stack_table *table, uint32_t parent, uintptr_t pc);

/* The same for count addresses, outermost first, below parent: the last one's node. A path that is
 * known costs one probe, whatever its length: the index is keyed by a hash of all addresses from
 * the outermost frame to the node's. scratch has room for count values. */
uint32_t stack_table_intern_path(struct stack_table *table, uint32_t parent, const uintptr_t *pcs,
                                 unsigned count, uint32_t *scratch);

/* The node that many frames further out. */
uint32_t stack_table_outer(const struct stack_table *table, uint32_t node, unsigned frames);

/* What a node stands for; false for a number that is not a node's. */
bool stack_table_node(const struct stack_table *table, uint32_t node, uint32_t *ret_parent,
                      uintptr_t *ret_pc);

/* Nodes are numbered from 1 to this. A few may be duplicates that no stack uses. */
uint32_t stack_table_count(const struct stack_table *table);

#endif
