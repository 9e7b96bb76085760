/*
 * The stacks of all sites as one tree, from the outermost frames in: what a flame graph is drawn
 * from. A function called from one place is one node, however many lines it is at.
 */
#ifndef CAULK_FLAME_TREE_H
#define CAULK_FLAME_TREE_H

#include "cli/opened.h"
#include "cli/string_table.h"

struct flame_node {
    uint32_t parent; /* comes before its children; node 0, which all blocks are in, is its own */
    uint32_t name;   /* in names; of node 0: "all" */
    struct amount lost, live; /* of blocks allocated in it, or in what it called */
};

struct flame_tree {
    struct string_table names;
    struct flame_node *node;
    uint32_t count;
    uint32_t left_out; /* nodes that were too light, see below */
};

/* Nodes whose every figure is below one in so many of the whole are left out; to have no more than
 * FLAME_NODES_MAX, or below one in less. Cost: the frames of all sites. */
#define FLAME_SHARE 4000
#define FLAME_NODES_MAX 10000
void flame_tree_init(struct flame_tree *tree, const struct opened *opened);
void flame_tree_finish(struct flame_tree *tree);

/* What a node weighs: bytes of what is lost, or of all. */
static inline uint64_t flame_bytes(const struct flame_node *node, bool lost)
{
    return lost ? node->lost.bytes : node->live.bytes;
}

/* Node numbers with each node's children in a row, heaviest first, those without bytes left out:
 * row[begin[n]] up to row[begin[n + 1]]. Finish with free(). */
struct flame_rows {
    uint32_t *row, *begin;
};
struct flame_rows flame_rows_of(const struct flame_tree *tree, bool lost);
void flame_rows_finish(struct flame_rows *rows);

#endif
