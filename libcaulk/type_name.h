/* What people call a type: see libcaulk/labels.h. */
#ifndef CAULK_TYPE_NAME_H
#define CAULK_TYPE_NAME_H

#include "libcaulk/dump.h"

/* The caller frees the result; NULL without memory. */
char *type_name(const struct type *type);

#endif
