/* What people call a type: see libcaulk/labels.h. */
#ifndef CAULK_TYPE_NAME_H
#define CAULK_TYPE_NAME_H

#include "libcaulk/dump.h"

#define TYPE_CONTROL_BLOCK "control block of "
#define TYPE_PART "part of "

/* The caller frees the result; NULL without memory. */
char *type_name(const struct type *type);

/* Of what belongs to an object of the type with that name, and has none itself. */
char *type_part_name(const char *name);

#endif
