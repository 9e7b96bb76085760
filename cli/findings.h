/*
 * What `caulk analyze` shows, each thing once, worst first: a shape of cycles stands for all cycles
 * that are alike, and a site only for those of its blocks that no cycle of the list accounts for.
 */
#ifndef CAULK_FINDINGS_H
#define CAULK_FINDINGS_H

#include "cli/opened.h"
#include "libcaulk/age_profile.h"

enum finding_kind { FINDING_SHAPE, FINDING_SITE };

#define FINDING_ALIKE_MAX 3u

struct finding {
    enum finding_kind kind;
    uint32_t index;         /* in analysis->shapes, or in analysis->sites */
    struct amount own;      /* the cycles' members; the site's blocks */
    struct amount held;     /* what is lost only because they are */
    struct amount retained; /* of a kind's finding, if owners were found: what own retains */
    uint64_t in_cycles;     /* of a merged dump: how many of own are in lost cycles */
    bool estimated;         /* own and held are scaled up from a sample (a shape's never are) … */
    uint64_t samples; /* … of so many blocks; of a site's finding how many blocks it has else */
    bool born_known;
    double first_seconds, last_seconds;      /* births of own, from the program's start */
    struct age_profile ages;                 /* of own */
    uint32_t example;                        /* one of own's blocks, where the dump has any */
    uint64_t cycles;                         /* of a shape's finding */
    uint32_t alike;                          /* folded: so many others read the same … */
    uint32_t alike_index[FINDING_ALIKE_MAX]; /* … of which these are the heaviest */
};

/* What follows its figures in a sentence. */
static inline const char *finding_mark(const struct finding *finding)
{
    return finding->estimated ? ", estimated" : "";
}

struct findings {
    uint32_t count;
    struct finding *finding;
};

/* What is lost, and not pending: shapes of lost cycles, and definite blocks outside them. Cost: the
 * lost blocks. */
void findings_lost(const struct opened *opened, struct findings *ret_findings);

/* Shapes of cycles that are not lost; none unless the dump was opened with all_cycles. */
void findings_live_cycles(const struct opened *opened, struct findings *ret_findings);

/* Sites by their blocks of a kind: possible, or reachable. Cost: all blocks. */
void findings_of_kind(const struct opened *opened, enum block_kind kind,
                      struct findings *ret_findings);

/* Where a dump has no owners of what is reachable, because it only has the sums (--detail=lost):
 * the places that hold a tenth of the heap or more. None in other dumps. */
void findings_places(const struct opened *opened, struct findings *ret_findings);

/* What each site's blocks of a kind retain, by site; NULL where owners were not looked for, or the
 * dump has only sums of what is reachable, and so of nobody who shares. Release with free(). */
struct amount *findings_retained(const struct opened *opened, enum block_kind kind);

/* Leaves out what nothing was found for, worst first. */
void findings_rank(struct findings *findings);

void findings_finish(struct findings *findings);

#endif
