/*
 * Why a block is alive, in full: of every root owner that leads to it the shortest chain.
 *
 * Edges as in libcaulk/chain.h: a reachable block's chains are exact, a possible one's any.
 */
#ifndef CAULK_CHAIN_ALL_H
#define CAULK_CHAIN_ALL_H

#include "libcaulk/chain.h"
#include "libcaulk/root_owners.h"

struct chains {
    uint32_t count;
    struct chain *chain; /* shortest first, then by root owner */
    uint64_t words;      /* how many words in roots lead to the block, at any distance */
};

/* None for a lost block, and for one that the runtime alone keeps. Cost: the heap's edges turned
 * round, and a search. */
bool chains_find(const struct heap_graph *heap, const struct verdicts *verdicts,
                 const struct root_owners *owners, uint32_t block, struct chains *ret_chains,
                 struct error *err);
void chains_finish(struct chains *chains);

#endif
