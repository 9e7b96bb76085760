/*
 * What stands above the blocks in DevTools' snapshots, which know one root only: kinds of roots,
 * and below them the variables, threads and mappings; and what is lost, so that it has a place too,
 * each shape of lost cycles by itself.
 */
#ifndef CAULK_SNAPSHOT_PARENTS_H
#define CAULK_SNAPSHOT_PARENTS_H

#include "cli/opened.h"

struct snapshot_parent {
    char *name;
    uint64_t edge_begin, edge_end; /* in `edge` */
};

struct snapshot_edge {
    uint32_t from;   /* parent */
    uint32_t target; /* parent, or block; above all blocks, a sum of the dump */
    uint64_t offset; /* of the pointer to a block in what the parent is; OFFSET_UNKNOWN: none */
    bool to_block;
    bool weak; /* something else holds the block */
};

/* Parent 0 is above all others. A parent's edges follow each other in `edge`. */
struct snapshot_parents {
    uint32_t count;
    struct snapshot_parent *parent;
    uint64_t edge_count;
    struct snapshot_edge *edge;
};

/* Cost: the references from roots, and the blocks. */
void snapshot_parents_init(const struct opened *opened, struct snapshot_parents *ret_parents);
void snapshot_parents_finish(struct snapshot_parents *parents);

#endif
