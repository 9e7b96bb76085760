/* Findings that a person could not tell apart, as one. */
#ifndef CAULK_FINDINGS_FOLD_H
#define CAULK_FINDINGS_FOLD_H

#include "cli/findings.h"

/* Sites whose blocks have one type and whose stacks read the same become the heaviest one's
 * finding: several calls on one line, or under one Python function. So do shapes of lost cycles
 * that nothing else lost holds, whose members and pointers read the same. Looks at the heaviest
 * 256. What a kind's findings retain is not added up, since one may retain the other. */
void findings_fold(const struct opened *opened, struct findings *findings);

#endif
