/* One block's neighbours, for `caulk show`: what it points to, what points to it. */
#ifndef CAULK_LINKS_H
#define CAULK_LINKS_H

#include "libcaulk/verdicts.h"

struct link {
    uint32_t block;          /* the other end, or GRAPH_NONE where it is a root */
    const struct root *root; /* or NULL */
    uint64_t offset;         /* of the pointer in what holds it, or OFFSET_UNKNOWN */
    bool exact;
};

struct links {
    uint64_t count;
    struct link *link;
};

/* In order of offset. Cost: the block's own pointers. */
bool links_from(const struct heap_graph *heap, uint32_t block, struct links *ret_links,
                struct error *err);

/* Roots first, then blocks by address. Cost: one pass over all edges. */
bool links_to(const struct heap_graph *heap, uint32_t block, struct links *ret_links,
              struct error *err);

void links_finish(struct links *links);

#endif
