/* Leaks that a file says are not to be reported. */
#ifndef CAULK_SUPPRESSED_H
#define CAULK_SUPPRESSED_H

#include "cli/opened.h"

/* Blocks of the sites that the file's suppressions match count as left on purpose: lost ones are
 * suppressed, and so is what only they own. Suppressions that match nothing are said on standard
 * error. Right after opened_init(); fatal() for a file that can't be read. */
void suppressed_apply(struct opened *opened, const char *path, bool all_cycles);

#endif
