/* What each of a dump's heaviest owners retained, to be compared with other dumps'. */
#ifndef CAULK_DIFF_OWNERS_H
#define CAULK_DIFF_OWNERS_H

#include "cli/opened.h"

struct owner_size {
    uint64_t key;   /* equal in all dumps of a process for what is one owner */
    uint32_t group; /* of the dump's tree */
    struct amount retained;
};

struct owner_list {
    struct owner_size *owner;
    uint32_t count;
};

/* After opened_find_owners(). Roots, and what several of them share; nothing lost. by_caller: what
 * is shared is told by its caller, not by its stack. */
void owner_list_init(struct owner_list *list, const struct opened *opened, bool by_caller);
void owner_list_finish(struct owner_list *list);

#endif
