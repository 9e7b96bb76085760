/*
 * What CPython's garbage collector is known to come back for. It counts, for every object that it
 * may have to look at, the references that it can see; whoever has no other ones, and is not
 * reached by anybody who has, will be released. So do we, among what is lost:
 *
 *   an object with more references than lost blocks have pointers to it is held by somebody whom no
 *   collector sees (a reference that an extension forgot to give back): it is lost for good
 *   so is a source that has no object of the collector's in it: plain malloc, a single string
 *   and so is everything that these hold. All the rest is pending.
 *
 * Where the collector was turned off (gc.disable), nothing is.
 */
#ifndef CAULK_PENDING_H
#define CAULK_PENDING_H

#include "libcaulk/verdicts.h"

struct pending {
    uint8_t *node;        /* verdicts.lost's node -> 1: pending; NULL where nothing is */
    struct amount amount; /* no pools, nothing suppressed */
};

/* Linear in what is lost; nothing where there is no CPython. False where memory ran out. */
bool pending_init(struct pending *pending, const struct heap_graph *heap,
                  const struct verdicts *verdicts);
void pending_finish(struct pending *pending);

/* Of any block. */
static inline bool pending_is(const struct pending *pending, const struct verdicts *verdicts,
                              uint32_t block)
{
    return pending->node && verdicts->lost.number[block] != GRAPH_NONE &&
           pending->node[verdicts->lost.number[block]];
}

#endif
