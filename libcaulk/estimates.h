/*
 * How many blocks each site stands for, where stacks were sampled (`stacks=sampled`).
 *
 * There every block is known with its kind and its caller, but only some have a full stack: one of
 * n bytes with probability p = 1 - exp(-n / interval). Each of these stands for 1/p blocks: itself
 * and w = (1 - p) / p = 1 / (exp(n / interval) - 1) of those whose stack was not recorded.
 *
 * How many these are is known, so nothing is guessed but how they divide among the stacks. Blocks
 * that are alike in all that is known form a group: same caller, kind and label, both or neither in
 * a lost cycle, sizes (rounded down to a power of two) equal, what they hold (rounded down to a
 * power of 16) equal. In a group
 *
 *   sampled      a block with a full stack counts for itself, and for its share of the others: by
 *                w the blocks, by w times its bytes the bytes, and so on with what it holds
 *   elsewhere    a block without one is counted in these shares, and not where its stack says
 *   itself       where no block of the group was sampled, each counts for itself, at the one-frame
 *                stack of its caller
 *
 * So each block counts once; sums over sites are exact, for every caller, kind and label. Given
 * that blocks of a group were sampled at all, the number of blocks of a stack in it has its true
 * mean (for n of one size sampling is drawing without replacement; where sizes differ, the ratio's
 * bias is of order 1/sampled, within a group's factor of 2). A group without a sample holds
 * interval / e bytes on average at most, since its chance is exp(-bytes / interval).
 *
 * In all other dumps each block counts for itself. Blocks without any stack always do.
 */
#ifndef CAULK_ESTIMATES_H
#define CAULK_ESTIMATES_H

#include "libcaulk/cycles.h"

/* A block for which others are counted too. */
struct estimate {
    struct amount own;  /* with itself */
    struct amount held; /* definite: the indirect blocks counted under it and the others */
};

#define ESTIMATE_ITSELF UINT32_MAX
#define ESTIMATE_ELSEWHERE (UINT32_MAX - 1)

struct estimates {
    const struct heap_graph *heap;   /* borrowed */
    const struct verdicts *verdicts; /* borrowed */
    uint32_t *place; /* block -> its number in `sampled`, or ESTIMATE_…; NULL where
                        each counts for itself */
    struct estimate *sampled;
    uint32_t sampled_count;
    uint8_t *open;   /* caller (heap->callers) -> bit k: it has blocks of kind k without a stack */
    uint8_t *summed; /* of a merged dump: stack -> bit k: a sum of kind k is an estimate */
};

/* False where memory ran out. Linear; nothing to do where stacks were not sampled. */
bool estimates_init(struct estimates *estimates, const struct heap_graph *heap,
                    const struct verdicts *verdicts, const struct cycles *cycles);
void estimates_finish(struct estimates *estimates);

/* What a block adds to the figures of its kind at its own stack's site. */
struct amount estimates_own(const struct estimates *estimates, uint32_t block);

/* What a lost node (verdicts->lost) adds to what *ret_source, a definite block, holds. False where
 * it adds nothing. */
bool estimates_held(const struct estimates *estimates, uint32_t node, uint32_t *ret_source,
                    struct amount *ret_amount);

/* Are figures of that kind estimates, of a site with that stack? They are where it is a full one
 * and of some such blocks of its caller nothing more is known. */
bool estimates_is(const struct estimates *estimates, uint32_t stack, enum block_kind kind);

#endif
