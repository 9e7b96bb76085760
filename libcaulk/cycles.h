/*
 * Cycles: strongly connected components of two or more blocks, or of one block with an exact edge
 * to itself. Edges count exact or interior; "inside" edges (a block to its pool) do not.
 *
 * Since whatever a reachable block points to is reachable or possible, all blocks of a cycle are
 * lost or none is. A cycle is lost where all its blocks are definite or indirect: one with an
 * ignored block in it, or owned by ignored blocks alone, is not reported.
 */
#ifndef CAULK_CYCLES_H
#define CAULK_CYCLES_H

#include "libcaulk/amount.h"
#include "libcaulk/verdicts.h"

#define CYCLE_NONE UINT32_MAX

struct cycle {
    bool lost;
    bool self;            /* one block that points to itself */
    bool pending;         /* a lost one that CPython's collector will come back for */
    enum block_kind kind; /* of a lost cycle: definite, or indirect: a lost block outside holds it.
                             Of another: reachable or possible, the better of its blocks' */
    uint32_t first;       /* its members are cycles.member[first] and so on, by address */
    uint32_t member_count;
    uint32_t entry;    /* the member by which it was entered first: of those that a block outside
                          or a root points to, else of all, the oldest: born first, then of the
                          stack that was met first, then the lowest */
    struct amount own; /* the members, without pools */
    struct amount retained; /* own, and what only they hold: what breaking the cycle can free */
    uint32_t nest_first, nest_end; /* one cycle retains another of its sort where its interval
                                      [nest_first, nest_end) holds the other's */
    uint32_t shape;                /* index in struct shapes */
};

/* Lost cycles first; of each sort the one that retains the most bytes first, then by the entry's
 * address. A cycle's id is "C" and its index + 1, the same with and without the reachable ones. */
struct cycles {
    uint32_t count;
    uint32_t lost_count;
    struct cycle *cycle;
    uint32_t *member; /* block numbers */
    uint32_t member_total;
    uint32_t *cycle_of; /* by place in `member` */
    /* block -> its place in `member`, or CYCLE_NONE; NULL where there is no cycle */
    uint32_t *place;
    struct amount lost; /* sum of the lost cycles' own */
};

/* with_reachable: the reachable ones too, which costs a search and dominators over the whole heap.
 * Field `shape` is filled by shapes_init(). */
bool cycles_init(struct cycles *cycles, const struct heap_graph *heap,
                 const struct verdicts *verdicts, bool with_reachable, struct error *err);
void cycles_finish(struct cycles *cycles);

/* The cycle that a block is a member of, or CYCLE_NONE. */
static inline uint32_t cycles_find(const struct cycles *cycles, uint32_t block)
{
    if (!cycles->place || cycles->place[block] == CYCLE_NONE)
        return CYCLE_NONE;
    return cycles->cycle_of[cycles->place[block]];
}

static inline bool cycle_has(const struct cycles *cycles, const struct cycle *cycle, uint32_t block)
{
    return cycles->place[block] - cycle->first < cycle->member_count;
}

#endif
