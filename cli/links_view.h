/* A block's neighbours, for the commands that show them. */
#ifndef CAULK_LINKS_VIEW_H
#define CAULK_LINKS_VIEW_H

#include "cli/json.h"
#include "cli/opened.h"
#include "libcaulk/links.h"

/* key: [ { "address" or "root", "offset", "field", ("weak",) "kind" } ]. from: the block whose
 * pointers these are, or GRAPH_NONE where they are pointers to it. */
void links_view_json(struct json *json, const char *key, const struct opened *opened, uint32_t from,
                     const struct links *links);

/* A line for each of the first few, under a heading. */
void links_view_print(const struct opened *opened, const char *heading, uint32_t from,
                      const struct links *links);

#endif
