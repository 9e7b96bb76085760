/*
 * Blocks that are alike for other programs: allocated by one stack, with one verdict and type, and
 * all or none of them in a lost cycle. Sums are those of the analysis, also where stacks were
 * sampled (libcaulk/estimates.h).
 */
#ifndef CAULK_EXPORT_GROUPS_H
#define CAULK_EXPORT_GROUPS_H

#include "cli/opened.h"

struct export_group {
    uint32_t site;
    enum block_kind kind;
    uint32_t label; /* in analysis->heap.labels, or LABEL_NONE */
    bool in_lost_cycle;
    struct amount amount;
};

struct export_groups {
    uint32_t count;
    struct export_group *group;
};

/* By site, then by kind. Linear in the blocks. */
void export_groups_init(const struct opened *opened, struct export_groups *ret_groups);
void export_groups_finish(struct export_groups *groups);

#endif
