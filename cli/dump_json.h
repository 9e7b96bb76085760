/* What several commands' JSON has in common: the dump, a stack, a root. */
#ifndef CAULK_DUMP_JSON_H
#define CAULK_DUMP_JSON_H

#include "cli/json.h"
#include "cli/opened.h"
#include "libcaulk/age_profile.h"

/* "dump": which dump of which process; of several the first, and then "dumps": all of them. */
void dump_json(struct json *json, const struct opened *opened);

/* The same of one dump under a key of its own. */
void dump_json_named(struct json *json, const char *key, const struct dump *dump);

/* "stack": [ frames, innermost first ]. */
void dump_json_stack(struct json *json, const struct call_stack *stack);

struct root_words;

/* "field": "g_sessions.table_", or null where the variable has no members, or nobody knows them. */
void dump_json_root_field(struct json *json, const struct root_words *root);

/* "root": { kind, name, module, type, field }. */
void dump_json_root(struct json *json, const struct opened *opened, const struct root *root,
                    uint64_t offset);

/* "offset": bytes, or null where it is not known. */
void dump_json_offset(struct json *json, uint64_t offset);

/* "field": the member or attribute in which a block has a pointer ("Session::peer_", "OSFS.view"),
 * or null. */
void dump_json_field(struct json *json, const struct opened *opened, uint32_t block,
                     uint64_t offset);

/* "weak": true where the pointer is known to own nothing; else no key. */
void dump_json_weak(struct json *json, const struct opened *opened, uint32_t block,
                    uint64_t offset);

/* key: "S1", and null for SITE_NONE. */
void dump_json_id(struct json *json, const char *key, char letter, uint32_t index);

/* "born": { "first_seconds", "last_seconds" }, or null. */
void dump_json_born(struct json *json, bool known, double first_seconds, double last_seconds);

/* "profile": what one dump says of growth ("start-up", …), or null; "born_bytes": [ bytes by tenth
 * of the uptime ], null where births are not known. */
void dump_json_ages(struct json *json, const struct opened *opened, const struct age_profile *ages);

#endif
