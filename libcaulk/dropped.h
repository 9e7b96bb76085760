/*
 * Who dropped the last pointer: of what was alive in the older of two dumps and is lost in the
 * newer, the holders that pointed to it then and no longer do.
 *
 * Of the lost, the source components' blocks: what hangs on them was lost with them. But what
 * Python's collector will come back for is not lost yet (libcaulk/pending.h). Of several
 * holders that let go, which was the last one is not known; the one named is a lasting root before
 * a block that lives on, before one that was freed, before a stack or a register; exact pointers
 * before interior ones.
 */
#ifndef CAULK_DROPPED_H
#define CAULK_DROPPED_H

#include "libcaulk/analysis.h"
#include "libcaulk/dump_pair.h"

struct dropped {
    uint32_t block;          /* in the newer dump */
    uint32_t holder;         /* block in the older dump, or GRAPH_NONE: a root */
    const struct root *root; /* of the older dump, or NULL */
    uint64_t offset;         /* of the pointer in the holder, or OFFSET_UNKNOWN */
    bool freed;              /* the holder is gone; else the pointer was overwritten */
};

struct dropped_list {
    uint64_t count;
    struct dropped *dropped; /* by block */
    struct amount unknown;   /* the same of blocks born since the older dump: it can't know */
};

/* Cost: one pass over the older dump's pointers. */
bool dropped_find(const struct dump_pair *pair, const struct analysis *old,
                  const struct analysis *new, struct dropped_list *ret_list, struct error *err);
void dropped_finish(struct dropped_list *list);

#endif
