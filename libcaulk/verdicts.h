/*
 * What each block is: its kind, in Memcheck's words, decided for every block.
 *
 *   reachable   a chain of exact edges leads to it from an exact root reference, or it is the
 *               runtime's own
 *   possible    a chain leads to it from a root, but each has an interior pointer in it
 *   definite    lost, in a source: a component of the lost blocks' graph that no other points to
 *   indirect    lost, and held by a source
 *   suppressed  would be lost, but is ignored (caulk_ignore), or only ignored blocks own it: every
 *               chain to it from a source passes an ignored block or starts at a source component
 *               that has one
 *
 * Between lost blocks exact and interior edges count alike. A pool in whose place its blocks count
 * has a kind too, but is in no total (heap_graph_counts).
 */
#ifndef CAULK_VERDICTS_H
#define CAULK_VERDICTS_H

#include "libcaulk/amount.h"
#include "libcaulk/components.h"
#include "libcaulk/heap_graph.h"

enum block_kind {
    KIND_DEFINITE,
    KIND_INDIRECT,
    KIND_POSSIBLE,
    KIND_REACHABLE,
    KIND_SUPPRESSED,
    KIND_COUNT
};
/* "definite", "indirect", … as in the JSON. */
const char *block_kind_name(enum block_kind kind);

struct verdicts {
    uint8_t *kind;      /* block -> enum block_kind */
    struct amount weak; /* of the reachable ones, those that only weak witnesses keep so: registers,
                           stacks of threads that did not park, words on stacks that look stale
                           (libcaulk/stale_words.h) … */
    struct amount weak_words; /* … and those of them that are not weak without the latter */

    /* The blocks that no chain leads to (definite, indirect and suppressed), with the edges between
     * them, and their components. Source components first decide; the numbers are lost.node's. */
    struct subgraph lost;
    struct components components;
    /* For each lost node, the source that it is counted under: of all definite blocks that reach
     * it the one with the lowest address, as a lost node's number. A definite block: itself.
     * A suppressed one: GRAPH_NONE. */
    uint32_t *source;
};

/* The heap graph is only read, and not needed afterwards. Linear. */
bool verdicts_init(struct verdicts *verdicts, const struct heap_graph *heap, struct error *err);
void verdicts_finish(struct verdicts *verdicts);

static inline enum block_kind verdicts_kind(const struct verdicts *verdicts, uint32_t block)
{
    return (enum block_kind)verdicts->kind[block];
}

static inline bool block_kind_is_lost(enum block_kind kind)
{
    return kind == KIND_DEFINITE || kind == KIND_INDIRECT;
}

#endif
