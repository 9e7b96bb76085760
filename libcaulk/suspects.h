/*
 * Suspects: owners of a tenth of the heap or more that are alive. Nothing of them is lost, and a
 * program that runs out of memory all the same has its reason there.
 */
#ifndef CAULK_SUSPECTS_H
#define CAULK_SUSPECTS_H

#include "libcaulk/age_profile.h"
#include "libcaulk/owner_holders.h"

/* An owner of so many of a heap's bytes: one in ten. */
#define SUSPECT_SHARE 10

struct suspect {
    uint32_t group; /* at the top of the owners' tree */
    uint32_t body;  /* the group at or below it, on the way to where the weight lies, with the most
                       blocks: what there is many of. The group itself where it holds none */
    struct age_profile ages; /* of all that it retains; import_stacks(): as at the start */
    enum age_trend trend;
    struct owner_holders holders; /* of blocks that nobody alone owns */
};

/* Most bytes first; at most SUSPECT_SHARE of them. The C library's own are none. */
struct suspects {
    uint32_t count;
    struct suspect suspect[SUSPECT_SHARE];
};

/* None where the owners of what was summed are not known. Cost: one pass over the blocks, and
 * where there are shared ones, over the pointers. */
bool suspects_find(const struct owner_tree *tree, const struct owners *owners,
                   struct suspects *ret_suspects, struct error *err);

/* The child with at least half of what a group retains, or OWNER_NONE. */
uint32_t suspects_heavy_child(const struct owner_tree *tree, uint32_t group);

#endif
