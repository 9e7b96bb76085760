/* Parts of the schema caulk.analysis/1 that have a file of their own. */
#ifndef CAULK_ANALYZE_JSON_H
#define CAULK_ANALYZE_JSON_H

#include "cli/json.h"
#include "cli/opened.h"

/* "cycles": [ … ], and "shapes": [ … ], after opened_find_owners(). Fail by fatal(). */
void analyze_json_cycles(struct json *json, const struct opened *opened);
void analyze_json_shapes(struct json *json, const struct opened *opened);

#endif
