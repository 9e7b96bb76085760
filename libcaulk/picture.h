/*
 * The part of a heap that is worth drawing, folded until a person can take it in.
 *
 * Up to PICTURE_SINGLE_BLOCKS blocks are drawn one by one. More are folded: blocks that look alike
 * (same site, type, size, kind, part in the same shape of cycles, held by and holding the same) are
 * one node with a count; where that is not enough, all blocks of a site and kind are. Where stacks
 * were sampled, a caller's blocks count as one site's. Of what is still too much the lightest nodes
 * are left out, and counted.
 *
 * The same dump always gives the same picture.
 */
#ifndef CAULK_PICTURE_H
#define CAULK_PICTURE_H

#include "libcaulk/analysis.h"

#define PICTURE_SINGLE_BLOCKS 50
/* Roots are told apart by place (a global variable, a thread's stack) while places are few; else by
 * their kind. */
#define PICTURE_ROOTS_MAX 20
#define PICTURE_NO_GROUP UINT32_MAX
#define PICTURE_NOT_DRAWN UINT32_MAX

struct picture_node {
    const struct root *root; /* a root, with where in it the pointer lies; or NULL */
    uint64_t root_offset;    /* OFFSET_UNKNOWN where the node stands for several places */
    uint32_t block;          /* the lowest of the blocks that it stands for */
    uint32_t traced;         /* the lowest with a full stack; else block */
    struct amount amount;    /* how many blocks, and their bytes together; of a root: places */
    bool same_size;          /* all have the size of `block` */
    enum block_kind kind;
    uint32_t group; /* index in groups, or PICTURE_NO_GROUP */
};

/* Pointers from the blocks of one node to those of another. */
struct picture_edge {
    uint32_t from, to;                  /* nodes */
    uint64_t pointers;                  /* how many, in all */
    uint64_t first_offset, last_offset; /* lowest and highest; OFFSET_UNKNOWN: none is known */
    bool interior;                      /* no exact one among them */
    bool cyclic;                        /* inside a cycle */
};

/* A cycle, or all cycles of a shape. */
struct picture_group {
    uint32_t cycle; /* the worst of them, in analysis->cycles */
    uint32_t cycle_count;
};

struct picture {
    uint32_t node_count;
    struct picture_node *nodes;
    uint32_t edge_count;
    struct picture_edge *edges;
    uint32_t group_count;
    struct picture_group *groups;
    struct amount left_out; /* blocks that no node stands for */
    uint32_t *node_of;      /* block -> the node that stands for it, or PICTURE_NOT_DRAWN */
};

/* All that is lost. max_nodes: at least 1; the node that says how many are left out counts too. */
bool picture_of_lost(const struct analysis *analysis, uint32_t max_nodes,
                     struct picture *ret_picture, struct error *err);

/* Some blocks with what is up to `steps` pointers before and behind them, and the roots that hold
 * them or what is before them. Cost: `steps` passes over the heap's edges. */
bool picture_around(const struct analysis *analysis, const uint32_t *blocks, uint64_t block_count,
                    unsigned steps, uint32_t max_nodes, struct picture *ret_picture,
                    struct error *err);

void picture_finish(struct picture *picture);

#endif
