/*
 * What a word of a global variable is, where debug information or the dump itself says it: what
 * type the variable has, and which of its members has the pointer.
 *
 * Each address is looked up once; the first lookup in a module reads its debug information.
 */
#ifndef CAULK_ROOT_FIELDS_H
#define CAULK_ROOT_FIELDS_H

#include "libcaulk/symbolizer.h"

struct root_fields;

/* Borrowed until destroy; NULL where it is not known. */
struct root_field {
    const char *type;   /* in short: libcaulk/debug_variables.h */
    const char *member; /* to write behind the variable's name: ".db", "[3].head" */
};

/* Both are borrowed until destroy. */
struct root_fields *root_fields_create(const struct dump *dump, struct symbolizer *symbolizer);
void root_fields_destroy(struct root_fields *fields); /* accepts NULL */

/* Of the variable that covers a run-time address at the time of the dump. */
struct root_field root_fields_find(struct root_fields *fields, uint64_t address);

#endif
