/* Leaks that a file says are not to be reported. */
#ifndef CAULK_SUPPRESSED_H
#define CAULK_SUPPRESSED_H

#include "cli/opened.h"
#include "cli/words.h"

/* By what leaks are chosen; each may be NULL. */
struct suppressed_by {
    const char *suppressions; /* a file in LeakSanitizer's or Valgrind's format */
    const char *baseline;     /* an older analysis in JSON: what it had is not news */
};

/* Blocks of the sites chosen count as left on purpose: lost ones are suppressed, and so is what
 * only they own. Suppressions that match nothing are said on standard error. Right after
 * opened_init(); fatal() for a file that can't be read. */
void suppressed_apply(struct opened *opened, struct suppressed_by by, bool all_cycles);

/* A leak's signature as the JSON has it: 16 hexadecimal digits. */
struct phrase suppressed_signature(const struct call_stack *stack);

#endif
