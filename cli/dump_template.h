/*
 * Where a process's dumps go.
 */
#ifndef CAULK_DUMP_TEMPLATE_H
#define CAULK_DUMP_TEMPLATE_H

#include "libcaulk/target.h"

/* The tracker's option `dump` with %p filled in, seen through the process's root or working
 * directory. The caller frees it. */
char *dump_template(const struct target *target);

#endif
