/* Leaks that a file says are not to be reported. */
#ifndef CAULK_SUPPRESSED_H
#define CAULK_SUPPRESSED_H

#include "cli/opened.h"
#include "cli/options.h"
#include "cli/words.h"

/* By what leaks are chosen; each may be NULL. */
struct suppressed_by {
    const char *suppressions; /* a file in LeakSanitizer's or Valgrind's format */
    const char *baseline;     /* an older analysis in JSON: what it had is not news */
};

/* The rows for them in a command's options. */
#define SUPPRESSED_OPTIONS                                                                         \
    {"suppressions",                                                                               \
     OPTION_SUPPRESSIONS,                                                                          \
     "FILE",                                                                                       \
     0,                                                                                            \
     "leaks not to report, in LeakSanitizer's or Valgrind's format",                               \
     0},                                                                                           \
    {                                                                                              \
        "baseline", OPTION_BASELINE, "OLD.json", 0,                                                \
            "an older analysis (--json): report only leaks that it had not", 0                     \
    }

/* For the command's parser: takes these options. Whether the key was one of them. */
bool suppressed_take(int key, const char *argument, struct suppressed_by *by);

/* Blocks of the sites chosen count as left on purpose: lost ones are suppressed, and so is what
 * only they own. Suppressions that match nothing are said on standard error. Right after
 * opened_init(); fatal() for a file that can't be read. Where nothing is chosen by, nothing is
 * done. */
void suppressed_apply(struct opened *opened, struct suppressed_by by);

/* A leak's signature as the JSON has it: 16 hexadecimal digits. */
struct phrase suppressed_signature(const struct call_stack *stack);

#endif
