/*
 * The members that pointers lie in, by name: where a block's type is known, by what memory says or
 * caulk_label said, and a module's debug information has that type.
 *
 * A type is looked for in one module after another, the program's own first, so that the debug
 * information of several may be read at the first question; a type and each of its offsets once.
 * Where the type as it is there does not fit the block, nothing is known.
 */
#ifndef CAULK_FIELDS_H
#define CAULK_FIELDS_H

#include "libcaulk/smart_pointer.h"
#include "libcaulk/symbolizer.h"

struct fields;

struct field {
    const char *type;   /* as libcaulk/labels.h has it, but an array's is its elements' */
    const char *member; /* to write behind it: "::peer_", "[3]::inbox_.head" */
    enum smart_pointer smart;
};

/* Both are borrowed until destroy. */
struct fields *fields_create(const struct dump *dump, struct symbolizer *symbolizer);
void fields_destroy(struct fields *fields); /* accepts NULL */

/* The member in which a block has a pointer, by the pointer's offset in the block (OFFSET_UNKNOWN:
 * none). Borrowed until destroy. */
bool fields_find(struct fields *fields, uint32_t block, uint64_t offset, struct field *ret_field);

#endif
