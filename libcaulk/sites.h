/*
 * Sites: every stack that allocated a live block that counts, with what is left of its blocks.
 * Where stacks were sampled, figures are what the blocks with that stack stand for
 * (libcaulk/estimates.h).
 */
#ifndef CAULK_SITES_H
#define CAULK_SITES_H

#include "libcaulk/estimates.h"

#define SITE_NONE UINT32_MAX

struct site {
    uint32_t stack;   /* stack node number in the dump; 0: the stack is not known */
    const char *type; /* the label that all its blocks share, or NULL; borrowed from the dump */
    struct amount live;
    struct amount of_kind[KIND_COUNT];
    struct amount held;      /* indirect blocks counted under definite ones of this site */
    bool estimated;          /* some of these figures are scaled up from a sample … */
    uint64_t samples;        /* … of so many blocks; else how many blocks count here */
    struct amount elsewhere; /* its blocks that count at sampled stacks of the same caller */
};

/* A site's id is "S" and its index + 1. Order: most bytes definite with what they hold first, then
 * most bytes possible, then most bytes live, then by stack number; so ids don't depend on options.
 */
struct sites {
    uint32_t count;
    struct site *site;
    uint32_t *of_stack; /* stack node number -> site or SITE_NONE */
};

bool sites_init(struct sites *sites, const struct estimates *estimates, struct error *err);
void sites_finish(struct sites *sites);

static inline uint32_t sites_of(const struct sites *sites, const struct dump *dump, uint32_t block)
{
    return sites->of_stack[dump->block_stack[block]];
}

#endif
