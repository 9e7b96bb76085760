/* The pointers inside one cycle, found when asked for: of a million cycles few are looked at. */
#ifndef CAULK_CYCLE_EDGES_H
#define CAULK_CYCLE_EDGES_H

#include "libcaulk/cycles.h"
#include "libcaulk/smart_pointer.h"

struct cycle_edge {
    uint32_t from, to; /* blocks, both in the cycle */
    uint64_t offset;   /* of the pointer in `from`, or OFFSET_UNKNOWN */
    bool exact;
    bool opens; /* one of those without which no cycle is left */
    bool weak;  /* owns nothing, for certain … */
    bool back;  /* … being a container's node's way back */
};

/*
 * The pointers inside a cycle, those that would open it first: the back edges of a depth-first
 * search from the cycle's entry, or where a small cycle has another member from which there are
 * fewer, from that. Without its back edges a graph has no cycle, so where there is one of them it
 * is the reference to drop; of a parent that was born before its child it is the child's way back,
 * of a doubly linked list the `prev` pointers. Blocks' pointers to themselves come after those (a
 * coroutine's frame has one), then the others. Both in the order in which the search meets them.
 *
 * Weak pointers and ways back (judge; NULL: none is known) hold no cycle, so they open none: where
 * without them there is none left, no pointer opens it.
 *
 * *ret_edges is the caller's to free: *ret_count edges, at most `limit`, of *ret_total in all.
 * Linear in the cycle's blocks and pointers, with a byte of memory for each block of the heap.
 */
bool cycle_edges(const struct cycles *cycles, const struct heap_graph *heap, uint32_t cycle,
                 uint64_t limit, const struct smart_judge *judge, struct cycle_edge **ret_edges,
                 uint64_t *ret_count, uint64_t *ret_total, struct error *err);

#endif
