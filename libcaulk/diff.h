/*
 * Several dumps of one process, compared: `caulk diff` but for names.
 *
 * Sites are told by the common numbers of their stacks; a block's type is that of its site where
 * all of them share it. Where stacks were sampled, in any of the dumps, chance decided which blocks
 * have one: there a row is all that one caller allocated, and its figures are exact.
 */
#ifndef CAULK_DIFF_H
#define CAULK_DIFF_H

#include "libcaulk/analysis.h"
#include "libcaulk/dropped.h"
#include "libcaulk/growth.h"

#define DIFF_DUMPS_MAX GROWTH_DUMPS_MAX

struct diff_site {
    uint32_t old_site, new_site; /* in the analyses of oldest and newest, or SITE_NONE; of a
                                    caller's several the one with the lowest number */
    struct growth growth;
    struct growth_sample *samples; /* one for each dump */
    enum trend trend;
    double steadiness;
};

struct diff {
    uint32_t dump_count;
    struct dump_pair pair; /* oldest and newest */
    bool parts_known;
    bool by_caller; /* a row of `site` is a caller, not a stack */
    uint32_t site_count;
    struct diff_site *site;        /* most bytes gained first */
    struct growth_sample *samples; /* the sites' */
    struct amount born, freed, survived;
    struct dropped_list dropped;
    /* Of each kind, blocks that were not so in the oldest. What is pending counts where both the
     * oldest and the newest have it, and only then. */
    struct amount newly_lost[KIND_COUNT];
    uint64_t newly_lost_cycles; /* that have a block that was not lost in the oldest */
};

/* Is a row of these dumps' diff a caller? */
bool diff_by_caller(struct dump *const *dumps, uint32_t dump_count);

/* Of dumps of lost blocks alone (only_lost), two that were made one right after the other: their
 * sums tell what was born in between, so sites' growth is exact; who dropped what can't be told.
 * Only dumps of one kind compare.
 *
 * dumps: two to DIFF_DUMPS_MAX of one process, oldest first (dump_pair_check() says so for each
 * two); analyses of the first and the last of them. All must outlive the diff. */
bool diff_init(struct diff *diff, struct dump *const *dumps, uint32_t dump_count,
               const struct analysis *oldest, const struct analysis *newest, struct error *err);
void diff_finish(struct diff *diff);

#endif
