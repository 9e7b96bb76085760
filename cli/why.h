/* `caulk why` in its parts: what was found, and the ways to say it. */
#ifndef CAULK_WHY_H
#define CAULK_WHY_H

#include "cli/retained_blocks.h"
#include "cli/weak.h"
#include "libcaulk/cycle_edges.h"
#include "libcaulk/links.h"

struct why {
    const struct opened *opened;
    uint32_t block;
    enum block_kind kind;
    struct retained_blocks retained; /* of all blocks that are shown */
    struct chain chain;
    enum weak weak;
    bool all;               /* the next was asked for */
    struct chains chains;   /* of a block that is alive */
    struct links holders;   /* of a lost block: what points to it still */
    uint32_t cycle;         /* that a lost block is in, or CYCLE_NONE */
    struct cycle_edge *cut; /* the pointers to cut to open it; the caller's */
    uint64_t cut_count;
};

/* Does no chain from a root lead to the block? */
bool why_is_lost(const struct why *why);

void why_print_text(const struct why *why);
void why_print_json(const struct why *why);

#endif
