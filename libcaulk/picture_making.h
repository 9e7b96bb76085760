/* A picture while it is made: what picture.c (nodes) and picture_edges.c share. */
#ifndef CAULK_PICTURE_MAKING_H
#define CAULK_PICTURE_MAKING_H

#include "libcaulk/id_table.h"
#include "libcaulk/picture.h"

enum folding { FOLD_NOTHING, FOLD_ALIKE, FOLD_SITES };

struct making {
    const struct analysis *analysis;
    const struct subgraph *blocks; /* the selected ones */
    const uint8_t *rooted;         /* block -> 1 where its roots are drawn; or NULL */
    enum folding folding;
    uint32_t *class; /* selected block -> its class */
    uint32_t class_count;
    uint32_t *node_of; /* class -> node, or PICTURE_NOT_DRAWN */
    struct picture picture;
    struct id_table pairs; /* (from, to) -> edge */
};

/* Gathers the pointers between nodes into edges. False where memory ran out. */
bool picture_add_edges(struct making *making);

/* Adds the roots that point to nodes, and their edges. False where memory ran out. */
bool picture_add_roots(struct making *making);

#endif
