/* Records with named fields, in a file of any kind: each field set to what it can't be. */
#ifndef CAULK_TESTS_DAMAGE_FIELDS_H
#define CAULK_TESTS_DAMAGE_FIELDS_H

#include "tests/damage/damage.h"

struct field {
    const char *name; /* NULL: after the last */
    size_t offset, bytes;
};

#define FIELD_OF(type, member)                                                                     \
    {                                                                                              \
#member, offsetof(type, member), sizeof(((type *)NULL)->member)                            \
    }
#define FIELD_END                                                                                  \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

/* One record after another, from an offset in the file on. */
struct records {
    const char *name;
    const struct field *fields;
    size_t record_bytes;
    uint64_t offset, count;
};

/* What is done with a damaged copy: damage_seal_and_visit() or damage_visit(). */
typedef void damage_end(const struct damage *damage, struct dump_image *image, const char *what);

/* Fields of more than 8 bytes are damaged in their first 8. */
void damage_records(const struct damage *damage, const struct records *records, damage_end *end);

#endif
