/*
 * The full stacks of a shape's blocks, where stacks were sampled.
 *
 * A shape's members are told apart by label and caller there (libcaulk/shapes.h), and most of its
 * blocks have the caller alone. These are the stacks that were sampled, with how many blocks of the
 * shape's cycles have each: facts, not estimates.
 */
#ifndef CAULK_SHAPE_STACKS_H
#define CAULK_SHAPE_STACKS_H

#include "libcaulk/shapes.h"

struct shape_stack {
    uint32_t shape;  /* index in struct shapes */
    uint64_t name;   /* of the member: label and caller */
    uint32_t stack;  /* stack node number */
    uint32_t blocks; /* that have it */
    uint32_t block;  /* the lowest of them */
};

/* Each member's together, the commonest first. Empty where stacks were not sampled. */
struct shape_stacks {
    const struct heap_graph *heap; /* borrowed */
    size_t count;
    struct shape_stack *stack;
};

/* After shapes_init(). False where memory ran out. Cost: the cycles' members, the sampled ones
 * sorted. */
bool shape_stacks_init(struct shape_stacks *stacks, const struct cycles *cycles,
                       const struct heap_graph *heap);
void shape_stacks_finish(struct shape_stacks *stacks);

/* Those of the member that block belongs to, *ret_count of them; NULL where there is none. */
const struct shape_stack *shape_stacks_of(const struct shape_stacks *stacks, uint32_t shape,
                                          uint32_t block, size_t *ret_count);

#endif
