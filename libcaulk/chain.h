/*
 * Why a block is alive: the shortest chain from a root to it.
 *
 * A reachable block's chain has exact edges only; a possible one's is the shortest of any. Among
 * chains of equal length: by the root's kind in the order global, declared, TLS, thread, stack,
 * altstack, registers, kernel, mapping, runtime. A lost block's chain starts at a definite block
 * and has no root; that of a definite block is the block alone. Linear in the heap.
 */
#ifndef CAULK_CHAIN_H
#define CAULK_CHAIN_H

#include "libcaulk/verdicts.h"

struct chain_link {
    uint32_t block;
    uint64_t offset; /* where in its holder (the link before; of the first: the root) the pointer to
                        this block lies; OFFSET_UNKNOWN: none seen, or no holder */
    bool exact;
};

struct chain {
    const struct root *root; /* borrowed from the dump; NULL: lost, or the runtime's own block */
    uint32_t length;         /* at least 1; the last link is the block asked for */
    struct chain_link *link;
};

bool chain_find(const struct heap_graph *heap, const struct verdicts *verdicts, uint32_t block,
                struct chain *ret_chain, struct error *err);
/* Fills in offset and exact of a link whose block the holder points to: of the first such edge of
 * the wanted classes (struct edge_choice), an exact one where there is one. */
void chain_describe_step(const struct heap_graph *heap, uint32_t wanted, uint32_t holder,
                         struct chain_link *link);

void chain_finish(struct chain *chain);

#endif
