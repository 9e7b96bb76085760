/* `caulk why` in its parts: what was found, and the ways to say it. */
#ifndef CAULK_WHY_H
#define CAULK_WHY_H

#include "cli/opened.h"
#include "libcaulk/chain_all.h"
#include "libcaulk/links.h"

/* Why what keeps a block may be no reason to keep it. */
enum why_weak {
    WEAK_NOT,
    WEAK_INTERIOR, /* no chain of exact pointers */
    WEAK_REGISTER, /* registers alone */
    WEAK_UNPARKED, /* stacks, or registers, of threads that did not stop */
    WEAK_WORD      /* one word on a stack, and nothing else */
};

struct why {
    const struct opened *opened;
    uint32_t block;
    enum block_kind kind;
    struct chain chain;
    enum why_weak weak;
    bool all;               /* the next was asked for */
    struct chains chains;   /* of a block that is alive */
    struct links holders;   /* of a lost block: what points to it still */
    uint32_t cycle;         /* that a lost block is in, or CYCLE_NONE */
    struct cycle_edge *cut; /* the pointers to cut to open it; the caller's */
    uint64_t cut_count;
};

/* "register" and so on, for JSON; NULL for WEAK_NOT. */
const char *why_weak_name(enum why_weak weak);

void why_print_text(const struct why *why);
void why_print_json(const struct why *why);

#endif
