/*
 * Which blocks of a sampled dump are alike in all that is known of them without their stack:
 * caller, kind, label, whether they are in a lost cycle, and about how large they are and how much
 * they hold (libcaulk/estimates.h).
 */
#ifndef CAULK_ESTIMATE_GROUPS_H
#define CAULK_ESTIMATE_GROUPS_H

#include "libcaulk/cycles.h"

#define GROUP_NONE UINT32_MAX

struct estimate_groups {
    const struct heap_graph *heap; /* borrowed, as are the next two */
    const struct verdicts *verdicts;
    const struct cycles *cycles;
    uint32_t count;
    uint32_t *of_block;  /* block -> group; GROUP_NONE where its caller is not known */
    struct amount *held; /* lost node -> the indirect blocks counted under it */
    uint32_t *node_of;   /* block -> lost node; only of lost ones */
};

/* Returns false where memory ran out; finish it then too. Linear. */
bool estimate_groups_init(struct estimate_groups *groups, const struct heap_graph *heap,
                          const struct verdicts *verdicts, const struct cycles *cycles);
void estimate_groups_finish(struct estimate_groups *groups);

/* The indirect blocks counted under a block; none but under a definite one. */
struct amount estimate_groups_held(const struct estimate_groups *groups, uint32_t block);

#endif
