/*
 * The caller of each stack: its innermost frame, in a dump whose stacks were sampled.
 *
 * Of blocks from one place, chance has decided there which have a full stack and which the
 * caller's address alone. What must not depend on chance (verdicts, shapes of cycles, what a
 * picture folds) tells blocks apart by caller.
 */
#ifndef CAULK_CALLERS_H
#define CAULK_CALLERS_H

#include "libcaulk/dump.h"

struct callers {
    uint32_t *of_stack; /* stack node -> the first with the same innermost address; NULL where
                           stacks were not sampled: each is its own */
};

/* False where memory ran out. Linear in the stack nodes of a sampled dump. */
bool callers_init(struct callers *callers, const struct dump *dump);
void callers_finish(struct callers *callers);

static inline uint32_t callers_of(const struct callers *callers, uint32_t stack)
{
    return callers->of_stack ? callers->of_stack[stack] : stack;
}

#endif
