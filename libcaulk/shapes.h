/*
 * Shapes: cycles that are alike but for addresses.
 *
 * A member's name is its type where it has a label, else its site (where stacks were sampled, its
 * caller: else chance would tell cycles apart). Two cycles have one shape when
 *   - both are lost or neither, and
 *   - up to SHAPE_EXACT_MEMBERS members and SHAPE_EXACT_EDGES edges: their members can be matched
 *     one to one so that names are kept, and edges with their offsets. Cycles that differ never
 *     share a shape; cycles alike are apart only where two edges of one block have no known offset;
 *   - above that: the same names hold each other at the same offsets, however many blocks of a name
 *     there are. So lost lists of 9 and of 5,000,000 nodes are one shape. Where blocks of one name
 *     hold those of another at more than SHAPE_OFFSETS offsets (an array), the offsets don't matter
 *     and are given as OFFSET_UNKNOWN. Where 65,536 pairs of names hold each other (half a heap in
 *     one cycle), edges are not compared and not given.
 * An attribute of CPython's objects counts by its name, wherever it lies; its offset is then one of
 * those. Sizes are not compared: `bytes` are those of the example's member.
 */
#ifndef CAULK_SHAPES_H
#define CAULK_SHAPES_H

#include "libcaulk/cycles.h"

#define SHAPE_EXACT_MEMBERS 8
#define SHAPE_EXACT_EDGES 64
#define SHAPE_OFFSETS 8

struct shape_member {
    uint32_t block;   /* the example's member that stands for it */
    uint32_t stack;   /* its site's stack node number */
    const char *type; /* or NULL; borrowed from the dump */
    uint64_t bytes;
};

struct shape_edge {
    uint32_t from, to; /* indices in members */
    uint64_t offset;   /* or OFFSET_UNKNOWN */
};

struct shape {
    bool lost;
    bool pending; /* all its cycles are; others like them have a shape of their own */
    bool folded;  /* a member may stand for several blocks of its name */
    uint32_t cycle_count;
    uint32_t example; /* the cycle of this shape that retains the most */
    struct shape_member *members;
    uint32_t member_count;
    struct shape_edge *edges;
    uint64_t edge_count;
    struct amount own;      /* of all its cycles */
    struct amount retained; /* of all its cycles together, nothing counted twice */
};

/* Lost ones first, then by retained bytes, most first. A shape's id is "P" and its index + 1. */
struct shapes {
    uint32_t count;
    uint32_t lost_count;
    struct shape *shape;
};

/* Fills cycles->cycle[].shape too. */
bool shapes_init(struct shapes *shapes, struct cycles *cycles, const struct heap_graph *heap,
                 struct error *err);
void shapes_finish(struct shapes *shapes);

#endif
