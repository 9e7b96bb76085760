/* Which blocks a picture is of. */
#ifndef CAULK_PICTURE_SELECT_H
#define CAULK_PICTURE_SELECT_H

#include "libcaulk/analysis.h"

/* The blocks that a picture shows, in the terms of the fold: a graph of them alone. */
struct selection {
    struct subgraph blocks;
    uint8_t *rooted; /* block -> 1: the roots that point to it belong to the picture; or NULL */
};

bool selection_of_lost(const struct analysis *analysis, struct selection *ret_selection,
                       struct error *err);
bool selection_around(const struct analysis *analysis, const uint32_t *blocks, uint64_t block_count,
                      unsigned steps, struct selection *ret_selection, struct error *err);
void selection_finish(struct selection *selection);

#endif
