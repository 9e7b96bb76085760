/*
 * A dump as a graph: which pointers are edges, and which of them count as exact.
 *
 * Nodes are the dump's block numbers. The columns edge_class and edge_words run parallel to the
 * graph's edges; ref_class runs parallel to dump->refs. The rules:
 *
 *   exact      the pointer points at the first byte, or where the block's type says that its object
 *              begins, or a witness in the dump makes it so (Valgrind's heuristics), or it hits an
 *              offset where objects of the target's site begin (libcaulk/header_offsets.h), or the
 *              program declared it
 *   interior   any other pointer into the block
 *   inside     not a pointer: from a block to the pool that it was carved out of. While the block
 *              is in use, so is the pool. Counts as exact for reachability, never for cycles
 *   none       a block's interior pointer to itself, whatever speaks for it; and a link between
 *              objects of CPython's garbage collector, whose lists keep nothing alive
 *              (libcaulk/dump_links.c)
 *
 * Where a program declared no edges and no pools the graph's arrays are the dump's own, not copied.
 */
#ifndef CAULK_HEAP_GRAPH_H
#define CAULK_HEAP_GRAPH_H

#include "libcaulk/callers.h"
#include "libcaulk/dump.h"
#include "libcaulk/graph.h"
#include "libcaulk/labels.h"

enum edge_class { EDGE_NONE, EDGE_INTERIOR, EDGE_EXACT, EDGE_INSIDE };

/* Which classes to follow (struct edge_choice). */
#define POINTER_EDGES (1u << EDGE_EXACT | 1u << EDGE_INTERIOR)
#define EXACT_EDGES (1u << EDGE_EXACT | 1u << EDGE_INSIDE)
#define ALL_EDGES (EXACT_EDGES | 1u << EDGE_INTERIOR)

#define OFFSET_UNKNOWN UINT64_MAX /* of an edge that is no pointer seen in memory */

struct heap_graph {
    const struct dump *dump; /* borrowed */
    struct labels labels;
    struct callers callers;
    struct graph graph;
    uint8_t *edge_class;  /* enum edge_class */
    uint32_t *edge_words; /* in units of 8 bytes; UINT32_MAX: not known */
    bool words_borrowed;
    uint8_t *ref_class; /* enum edge_class */
    bool has_inside_edges;
    uint8_t *hollow; /* 1: a pool, in whose place its blocks count; NULL where there is none */
};

/* The dump must outlive the heap graph. Linear in blocks, edges and references. */
bool heap_graph_init(struct heap_graph *heap, const struct dump *dump, struct error *err);
void heap_graph_finish(struct heap_graph *heap);

/* Where in block `from` its edge number `edge` lies, in bytes from its start, or OFFSET_UNKNOWN. */
uint64_t heap_graph_offset(const struct heap_graph *heap, uint32_t from, uint64_t edge);

/* Where in a root its reference number `ref` lies, in bytes from its start. */
uint64_t heap_graph_ref_offset(const struct heap_graph *heap, const struct root *root,
                               uint64_t ref);

/* Is the edge a pointer or a declared one, and not from a block to its pool? */
static inline bool heap_graph_is_pointer(const struct heap_graph *heap, uint64_t edge)
{
    return POINTER_EDGES >> heap->edge_class[edge] & 1;
}

/* Does the block count in totals? All do but pools with a live block inside. */
static inline bool heap_graph_counts(const struct heap_graph *heap, uint32_t block)
{
    return !heap->hollow || !heap->hollow[block];
}

#endif
