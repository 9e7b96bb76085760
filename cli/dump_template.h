/*
 * Where a process's dumps go.
 */
#ifndef CAULK_DUMP_TEMPLATE_H
#define CAULK_DUMP_TEMPLATE_H

#include "libcaulk/target.h"

/* The tracker's option `dump` with %p filled in, as the process itself sees it. The caller frees
 * it.
 */
char *dump_template_inside(const struct target *target);

/* The tracker's option `dump` with %p filled in, seen through the process's root or working
 * directory. The caller frees it. */
char *dump_template(const struct target *target);

#endif
