/* What the blocks of each type retain, whoever owns them. After opened_find_owners(). */
#ifndef CAULK_OWNERS_TYPES_H
#define CAULK_OWNERS_TYPES_H

#include "cli/json.h"
#include "cli/opened.h"

/* "types": [ { "type", "own", "retained" } ], of all types that blocks have, heaviest first. */
void owners_types_json(struct json *json, const struct opened *opened);

/* A line for each of the heaviest. */
void owners_types_print(const struct opened *opened);

#endif
