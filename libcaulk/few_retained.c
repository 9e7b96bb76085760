/*
 * For each node a set: without which of the blocks it can be reached all the same. A root is
 * reached without any of them; along an edge sets grow; a block itself never has itself in its own.
 * What then lacks a block depends on it.
 *
 * Nodes with everything in their set come first. They are nearly all, and are met once; the others
 * are what the blocks retain, and are few.
 */
#include "libcaulk/few_retained.h"

#include <stdlib.h>

enum { MET = 1, WAITING = 2 };

struct queue {
    uint32_t *node;
    uint32_t count;
};

struct search {
    const struct heap_graph *heap;
    const struct verdicts *verdicts;
    const uint32_t *blocks;
    uint32_t count;
    uint64_t all, lost; /* bits: of all blocks, of those that are lost */
    uint64_t *without;  /* node -> the blocks that it needs not, by their bits */
    uint8_t *asked;     /* node -> its number among the blocks and 1, or 0 */
    uint8_t *state;
    struct queue free, bound; /* to be expanded: with all in their sets, and others */
};

static bool allocate(struct search *search)
{
    size_t room = (size_t)search->heap->graph.node_count + 1;
    search->without = calloc(room, sizeof(*search->without));
    search->asked = calloc(room, 1);
    search->state = calloc(room, 1);
    search->free.node = malloc(room * sizeof(*search->free.node));
    search->bound.node = malloc(room * sizeof(*search->bound.node));
    return search->without && search->asked && search->state && search->free.node &&
           search->bound.node;
}

static void search_finish(struct search *search)
{
    free(search->without);
    free(search->asked);
    free(search->state);
    free(search->free.node);
    free(search->bound.node);
}

static void meet(struct search *search, uint32_t node, uint64_t without)
{
    uint64_t larger = search->without[node] | without;
    if (search->asked[node])
        larger &= ~(UINT64_C(1) << (search->asked[node] - 1));
    if (search->state[node] & MET && larger == search->without[node])
        return;
    search->without[node] = larger;
    search->state[node] |= MET;
    if (larger == search->all)
        search->free.node[search->free.count++] = node;
    else if (!(search->state[node] & WAITING))
        search->bound.node[search->bound.count++] = node;
    if (larger != search->all)
        search->state[node] |= WAITING;
}

static void expand(struct search *search, uint32_t node)
{
    const struct heap_graph *heap = search->heap;
    for (uint64_t e = heap->graph.begin[node]; e < heap->graph.begin[node + 1]; e++)
        if (ALL_EDGES >> heap->edge_class[e] & 1)
            meet(search, heap->graph.target[e], search->without[node]);
}

static void run(struct search *search)
{
    while (search->free.count || search->bound.count) {
        if (search->free.count) {
            expand(search, search->free.node[--search->free.count]);
            continue;
        }
        uint32_t node = search->bound.node[--search->bound.count];
        search->state[node] &= (uint8_t)~WAITING;
        if (search->without[node] != search->all)
            expand(search, node);
    }
}

static void meet_roots(struct search *search)
{
    const struct dump *dump = search->heap->dump;
    for (uint64_t ref = 0; ref < dump->refs.count; ref++)
        meet(search, dump->refs.target[ref], search->all);
    for (uint32_t b = 0; b < search->heap->graph.node_count; b++)
        if (dump->block_flags[b] & BLOCK_RUNTIME)
            meet(search, b, search->all);
}

/* Component of what is lost -> the blocks in it. */
static uint64_t *blocks_of_components(const struct search *search)
{
    const struct verdicts *verdicts = search->verdicts;
    uint64_t *of = calloc((size_t)verdicts->components.count + 1, sizeof(*of));
    for (uint32_t i = 0; of && i < search->count; i++) {
        uint32_t number = verdicts->lost.number[search->blocks[i]];
        if (number != GRAPH_NONE)
            of[verdicts->components.of[number]] |= UINT64_C(1) << i;
    }
    return of;
}

/* Of all source components the members; what a block's own cycle holds is its own. Nothing lost
 * holds what is alive. */
static bool meet_sources(struct search *search)
{
    const struct graph *graph = &search->verdicts->lost.graph;
    const uint32_t *of = search->verdicts->components.of;
    uint8_t *held = calloc((size_t)search->verdicts->components.count + 1, 1);
    uint64_t *blocks = blocks_of_components(search);
    bool done = held && blocks;
    for (uint32_t v = 0; done && v < graph->node_count; v++)
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            if (of[graph->target[e]] != of[v])
                held[of[graph->target[e]]] = 1;
    for (uint32_t v = 0; done && v < graph->node_count; v++)
        if (!held[of[v]])
            meet(search, search->verdicts->lost.node[v], search->lost & ~blocks[of[v]]);
    free(held);
    free(blocks);
    return done;
}

/* Nothing lost depends on what is alive. */
static uint64_t needs_of(const struct search *search, uint32_t node)
{
    bool lost = search->verdicts->lost.number[node] != GRAPH_NONE;
    uint64_t possible = lost ? search->lost : search->all;
    return search->state[node] & MET ? possible & ~search->without[node] : 0;
}

static void add_up(const struct search *search, struct amount *ret_retained)
{
    const struct heap_graph *heap = search->heap;
    for (uint32_t v = 0; v < heap->graph.node_count; v++) {
        uint64_t needs = heap_graph_counts(heap, v) ? needs_of(search, v) : 0;
        for (; needs; needs &= needs - 1)
            amount_add_block(&ret_retained[__builtin_ctzll(needs)], heap->dump->block_bytes[v]);
    }
}

bool few_retained(const struct heap_graph *heap, const struct verdicts *verdicts,
                  const uint32_t *blocks, uint32_t count, struct amount *ret_retained,
                  struct error *err)
{
    struct search search = {.heap = heap,
                            .verdicts = verdicts,
                            .blocks = blocks,
                            .count = count,
                            .all = (UINT64_C(1) << count) - 1};
    bool done = allocate(&search);
    for (uint32_t i = 0; i < count; i++) {
        ret_retained[i] = (struct amount){0, 0};
        if (done)
            search.asked[blocks[i]] = (uint8_t)(i + 1);
        if (verdicts->lost.number[blocks[i]] != GRAPH_NONE)
            search.lost |= UINT64_C(1) << i;
    }
    if (done) {
        meet_roots(&search);
        done = !search.lost || meet_sources(&search);
    }
    if (done) {
        run(&search);
        add_up(&search, ret_retained);
    }
    search_finish(&search);
    return done || error_set(err, heap->dump->path, "out of memory for what blocks retain");
}
