/*
 * Roots as people think of them: a variable, a thread, a mapping. A module's data is one root of
 * the dump, but each variable in it an owner; a thread's stacks and registers are one owner.
 */
#ifndef CAULK_ROOT_OWNERS_H
#define CAULK_ROOT_OWNERS_H

#include "libcaulk/error.h"
#include "libcaulk/symbolizer.h"

struct root_owner {
    uint32_t root;   /* of the dump: that it is, or begins in */
    uint64_t offset; /* where in the root it begins; of what has no name: 0 */
    bool borrows;    /* a running function's, stack or registers: it may be gone in a moment, or be
                        stale */
};

#define ROOT_OWNER_NONE UINT32_MAX

struct root_owners {
    uint32_t count;
    struct root_owner *owner;
    uint32_t *of_ref;       /* reference of the dump -> owner */
    uint32_t *of_sum_owner; /* dump->owners -> owner; ROOT_OWNER_NONE for what is no root */
};

/* Variables are told by their names, so by the symbols that can be found; without any a module's
 * segment is one owner. Without a symbolizer (NULL) all of a module's data is. Cost: the
 * references. */
bool root_owners_init(struct root_owners *owners, const struct dump *dump,
                      struct symbolizer *symbolizer, struct error *err);
void root_owners_finish(struct root_owners *owners);

#endif
