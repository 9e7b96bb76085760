/* An owner in JSON, the same wherever one is written. */
#ifndef CAULK_OWNER_JSON_H
#define CAULK_OWNER_JSON_H

#include "cli/json.h"
#include "cli/opened.h"
#include "libcaulk/owner_holders.h"

/* Into the object that is open: name, kind, type; module of a root, shape of cycles, site and an
 * example of blocks; and of cycles and blocks how many were folded. */
void owner_json_name(struct json *json, const struct opened *opened,
                     const struct owner_group *group);

/* "held_by": [ { name, kind, … } ]; empty for what has one owner, or none. */
void owner_json_holders(struct json *json, const struct opened *opened,
                        const struct owner_holders *holders);

#endif
