/* Who holds what nobody alone owns: the owners that lead to a group at the top of the tree. */
#ifndef CAULK_OWNER_HOLDERS_H
#define CAULK_OWNER_HOLDERS_H

#include "libcaulk/owner_tree.h"

#define OWNER_HOLDERS_MAX 4

struct owner_holders {
    uint32_t count;
    bool more;                         /* than these */
    uint32_t group[OWNER_HOLDERS_MAX]; /* at the top of the tree, by number */
};

/* For each of the given groups of blocks at the top, in *ret_holders (the caller's to free), the
 * others from which a pointer leads to one of its blocks. Cost: one pass over all pointers. */
bool owner_holders_find(const struct owner_tree *tree, const struct owners *owners,
                        const uint32_t *groups, uint32_t count, struct owner_holders **ret_holders,
                        struct error *err);

#endif
