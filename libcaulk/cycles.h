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

struct cycle {
    bool lost;
    bool self;            /* one block that points to itself */
    enum block_kind kind; /* of a lost cycle: definite, or indirect: a lost block outside holds it.
                             Of another: reachable or possible, the better of its blocks' */
    uint32_t first;       /* its members are cycles.member[first] and so on, by address */
    uint32_t member_count;
    struct amount own;      /* the members, without pools */
    struct amount retained; /* own, and what only they hold: what breaking the cycle can free */
    uint32_t shape;         /* index in struct shapes */
};

/* Lost cycles first; of each sort the one that retains the most bytes first, then by the lowest
 * address. A cycle's id is "C" and its index + 1, the same with and without the reachable ones. */
struct cycles {
    uint32_t count;
    uint32_t lost_count;
    struct cycle *cycle;
    uint32_t *member; /* block numbers */
    uint64_t member_total;
    struct amount lost; /* sum of the lost cycles' own */
};

/* with_reachable: the reachable ones too, which costs a search and dominators over the whole heap.
 * Field `shape` is filled by shapes_init(). */
bool cycles_init(struct cycles *cycles, const struct heap_graph *heap,
                 const struct verdicts *verdicts, bool with_reachable, struct error *err);
void cycles_finish(struct cycles *cycles);

/* The cycle that a block is a member of, or CYCLE_NONE. Cost: all cycles' members. */
#define CYCLE_NONE UINT32_MAX
uint32_t cycles_find(const struct cycles *cycles, uint32_t block);

struct cycle_edge {
    uint32_t from, to; /* blocks, both in the cycle */
    uint64_t offset;   /* of the pointer in `from`, or OFFSET_UNKNOWN */
    bool exact;
    bool opens; /* one of those without which no cycle is left */
};

/*
 * The pointers inside a cycle, those that would open it first: the back edges of a depth-first
 * search that starts at the block by which the cycle was entered first: one that a block outside
 * points to, else the oldest, else the lowest. Without its back edges a graph has no cycle, so
 * where there is one of them it is the reference to drop; of a parent that was born before its
 * child it is the child's way back, of a doubly linked list the `prev` pointers. Then the others,
 * by address.
 *
 * *ret_edges is the caller's to free; at most `limit` edges, *ret_total how many there are.
 * Linear in the cycle.
 */
bool cycle_edges(const struct cycles *cycles, const struct heap_graph *heap, uint32_t cycle,
                 uint64_t limit, struct cycle_edge **ret_edges, uint64_t *ret_count,
                 uint64_t *ret_total, struct error *err);

#endif
