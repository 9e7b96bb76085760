/* What a dump's modules and threads keep alive, as `caulk info` lists them. */
#ifndef CAULK_INFO_RETAINED_H
#define CAULK_INFO_RETAINED_H

#include "cli/opened.h"

struct info_retained {
    struct amount *module; /* by number: what its variables together keep, and nothing else does */
    struct amount *thread; /* by number: its stacks and registers, its thread-local storage, its
                              result, each by itself */
};

void info_retained_init(struct info_retained *retained, const struct opened *opened);
void info_retained_finish(struct info_retained *retained);

#endif
