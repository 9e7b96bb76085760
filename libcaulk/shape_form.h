/*
 * A cycle's form: what is left of it without addresses, in one order. Cycles of one shape have
 * equal forms (libcaulk/shapes.h says which those are).
 */
#ifndef CAULK_SHAPE_FORM_H
#define CAULK_SHAPE_FORM_H

#include "libcaulk/cycles.h"

/* What a member is called by: FORM_LABEL + its label's number or, without one, its stack node's;
 * where stacks were sampled, its caller's. */
#define FORM_LABEL (UINT64_C(1) << 32)
uint64_t shape_form_name(const struct heap_graph *heap, uint32_t block);

/* A pointer's place in its block. By `key` they are compared: the offset, or where it is an
 * attribute, a hash of its name; objects of one class of CPython's have them at offsets of their
 * own. */
struct form_place {
    uint64_t key;
    uint64_t offset; /* or OFFSET_UNKNOWN */
};
struct form_place shape_form_place(const struct heap_graph *heap, uint32_t block, uint64_t edge);

struct form_edge {
    uint32_t from, to; /* indices of members */
    struct form_place place;
};

struct shape_form {
    bool lost;
    bool folded; /* one member for all blocks of a name */
    uint32_t member_count;
    uint64_t *name;  /* by member */
    uint32_t *block; /* member -> the block that stands for it in this cycle; not compared */
    uint64_t edge_count;
    struct form_edge *edge; /* by from, then place, then to */
};

/* False where memory ran out. Linear in the cycle's blocks and pointers. */
bool shape_form_init(struct shape_form *form, const struct heap_graph *heap,
                     const struct cycles *cycles, uint32_t cycle);
void shape_form_finish(struct shape_form *form);

uint64_t shape_form_hash(const struct shape_form *form);
bool shape_form_equal(const struct shape_form *a, const struct shape_form *b);

#endif
