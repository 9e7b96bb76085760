/*
 * Who retains what: the dominator tree of everything live, below a root above all.
 *
 * Its nodes are the blocks, and above them heads: an owner for each root as people think of it
 * (libcaulk/root_owners.h), and one for each lost cycle that nothing else lost holds. What a node
 * retains is its subtree: what could be released if it were. The children of the root above all are
 * heads, lost blocks that nothing holds, and blocks that several owners hold.
 *
 * Edges count exact or interior. A stack or a register borrows: what a lasting root leads to as
 * well is not shared with it, nor does anything lost hold what is alive.
 */
#ifndef CAULK_OWNERS_H
#define CAULK_OWNERS_H

#include "libcaulk/cycles.h"
#include "libcaulk/dominators.h"
#include "libcaulk/root_owners.h"
#include "libcaulk/sites.h"

struct owners {
    const struct heap_graph *heap; /* borrowed */
    struct root_owners roots;
    uint32_t *cycle; /* head - roots.count -> cycle */
    uint32_t cycle_count;
    /* Head h is node heap->graph.node_count + h: roots, then cycles. */
    struct dominators dominators;
    struct amount *retained; /* by number; of 0 everything, what was only summed too */
    uint32_t first_borrowed; /* number: what only stacks and registers keep begins here */
    uint32_t first_lost;     /* and what is lost here, up to the last */
};

/* What it is made of must outlive it; symbolizer: NULL, and a module's data is one owner. While
 * it runs, the dominators' memory (libcaulk/dominators.h); 28 bytes a block afterwards; see the
 * README for how long it takes. */
bool owners_init(struct owners *owners, const struct heap_graph *heap,
                 const struct verdicts *verdicts, const struct cycles *cycles,
                 struct symbolizer *symbolizer, struct error *err);
void owners_finish(struct owners *owners);

/* 0: lasting roots lead to it; 1: only stacks or registers do; 2: lost. */
static inline int owners_tier(const struct owners *owners, uint32_t number)
{
    return (number >= owners->first_borrowed) + (number >= owners->first_lost);
}

/* Which of some groups a block is of, or OWNERS_NO_GROUP. */
typedef uint32_t owners_group_fn(const void *context, uint32_t block);
#define OWNERS_NO_GROUP UINT32_MAX

/* What the blocks of each group retain, in ret_retained[group]: the subtrees of all, nothing twice.
 * What two of a group's blocks hold together and nobody else is not in it. Cost: the blocks. */
bool owners_by_group(const struct owners *owners, owners_group_fn *group_of, const void *context,
                     uint32_t group_count, struct amount *ret_retained, struct error *err);

/* The same of each site, and of each type, by its number in the heap's labels. */
bool owners_of_sites(const struct owners *owners, const struct sites *sites,
                     struct amount *ret_retained, struct error *err);
bool owners_of_types(const struct owners *owners, struct amount *ret_retained, struct error *err);

/* Of one block. */
static inline struct amount owners_retained(const struct owners *owners, uint32_t block)
{
    return owners->retained[owners->dominators.number[block]];
}

#endif
