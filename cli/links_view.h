/* A block's neighbours, for the commands that show them. */
#ifndef CAULK_LINKS_VIEW_H
#define CAULK_LINKS_VIEW_H

#include "cli/json.h"
#include "cli/retained_blocks.h"
#include "libcaulk/links.h"

/* One block's pointers, or the pointers to it. */
struct links_view {
    const struct opened *opened;
    uint32_t from; /* whose pointers these are; GRAPH_NONE: they are pointers to it */
    const struct links *links;
    const struct retained_blocks *retained; /* of the blocks at the other ends */
};

/* Asks for what the blocks at the other ends retain. */
void links_view_ask(const struct links *links, struct retained_blocks *retained);

/* key: [ { "address" and "retained", or "root", "offset", "field", ("weak",) "kind" } ] */
void links_view_json(struct json *json, const char *key, const struct links_view *view);

/* A line for each of the first few, under a heading. */
void links_view_print(const char *heading, const struct links_view *view);

#endif
