/* Whether what keeps a block alive may be no reason to keep it. */
#ifndef CAULK_WEAK_H
#define CAULK_WEAK_H

#include "cli/opened.h"
#include "cli/words.h"
#include "libcaulk/chain_all.h"

enum weak {
    WEAK_NOT,
    WEAK_INTERIOR, /* no chain of exact pointers */
    WEAK_REGISTER, /* registers alone */
    WEAK_UNPARKED, /* stacks, or registers, of threads that did not stop */
    WEAK_WORD      /* one word on a stack, and nothing else */
};

/* chains: all of the block's. */
enum weak weak_judge(const struct opened *opened, uint32_t block, const struct chains *chains);

/* "register" and so on, for JSON; NULL for WEAK_NOT. */
const char *weak_name(enum weak weak);

/* "one word on a stack: it may be stale", and what speaks for that. */
struct phrase weak_words(const struct opened *opened, uint32_t block, enum weak weak);

#endif
