/*
 * Members' names for a dump that is read where its program's debug information is not: the sections
 * LAYOUTS and ATTRIBUTES, with a name for each word in which a block has a pointer, where
 * libcaulk/fields.h has one.
 */
#ifndef CAULK_EMBED_FIELDS_H
#define CAULK_EMBED_FIELDS_H

#include <stddef.h>

#include "libcaulk/fields.h"

/* The offset in STRINGS of a text, or 0 where it has no room. */
typedef uint32_t embed_string_fn(void *context, const char *text);

/* Release both texts with free(). */
struct embedded_fields {
    char *layouts; /* to stand behind the dump's own */
    size_t layouts_bytes;
    uint32_t layout_count;
    char *attributes; /* the whole section, the dump's own included */
    size_t attributes_bytes;
    uint64_t attributes_count;
    uint64_t named; /* pointers that got a name */
};

/* One pass over the pointers. */
void embed_fields(const struct dump *dump, struct fields *fields, embed_string_fn *string,
                  void *context, struct embedded_fields *ret_embedded);

#endif
