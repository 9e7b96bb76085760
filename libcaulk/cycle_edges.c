/*
 * A depth-first search over one cycle's members. Edges go to two lists as they are met, those that
 * lead back to the search path and the others, and the first `limit` of each are kept: which of the
 * others are wanted is known only at the end.
 */
#include "libcaulk/cycle_edges.h"

#include <stdlib.h>

enum { NOT_MET, ON_PATH, LEFT };

struct frame {
    uint32_t block;
    uint64_t next_edge;
};

struct edge_list {
    struct cycle_edge *edge;
    uint64_t count, room, limit;
};

struct search {
    const struct heap_graph *heap;
    const struct cycles *cycles;
    const struct cycle *cycle;
    uint8_t *state; /* member -> NOT_MET, … */
    struct frame *path;
    uint32_t depth;
    struct edge_list opening, other;
    uint64_t total;
};

static bool list_add(struct edge_list *list, struct cycle_edge edge)
{
    if (list->count == list->limit)
        return true;
    if (list->count == list->room) {
        uint64_t room = list->room ? 2 * list->room : 16;
        struct cycle_edge *larger = realloc(list->edge, room * sizeof(*larger));
        if (!larger)
            return false;
        list->edge = larger;
        list->room = room;
    }
    list->edge[list->count++] = edge;
    return true;
}

static uint8_t *state_of(const struct search *search, uint32_t member)
{
    return &search->state[search->cycles->place[member] - search->cycle->first];
}

static void enter(struct search *search, uint32_t block)
{
    *state_of(search, block) = ON_PATH;
    search->path[search->depth++] = (struct frame){block, search->heap->graph.begin[block]};
}

/* Meets one edge of the path's last block; false where memory ran out. */
static bool meet(struct search *search, uint32_t from, uint64_t e)
{
    const struct heap_graph *heap = search->heap;
    uint32_t to = heap->graph.target[e];
    if (!heap_graph_is_pointer(heap, e) || !cycle_has(search->cycles, search->cycle, to))
        return true;
    struct cycle_edge edge = {.from = from,
                              .to = to,
                              .offset = heap_graph_offset(heap, from, e),
                              .exact = heap->edge_class[e] == EDGE_EXACT,
                              .opens = *state_of(search, to) == ON_PATH};
    search->total++;
    if (*state_of(search, to) == NOT_MET)
        enter(search, to);
    return list_add(edge.opens ? &search->opening : &search->other, edge);
}

static bool search_from(struct search *search, uint32_t entry)
{
    enter(search, entry);
    while (search->depth) {
        struct frame *top = &search->path[search->depth - 1];
        if (top->next_edge == search->heap->graph.begin[top->block + 1]) {
            *state_of(search, top->block) = LEFT;
            search->depth--;
        } else if (!meet(search, top->block, top->next_edge++)) {
            return false;
        }
    }
    return true;
}

/* The other edges go behind the opening ones, as far as the limit allows. */
static bool join_lists(struct search *search)
{
    for (uint64_t i = 0; i < search->other.count; i++)
        if (!list_add(&search->opening, search->other.edge[i]))
            return false;
    return true;
}

static bool search_cycle(struct search *search)
{
    search->state = calloc(search->cycle->member_count, 1);
    search->path = malloc(search->cycle->member_count * sizeof(*search->path));
    return search->state && search->path && search_from(search, search->cycle->entry) &&
           join_lists(search);
}

bool cycle_edges(const struct cycles *cycles, const struct heap_graph *heap, uint32_t cycle,
                 uint64_t limit, struct cycle_edge **ret_edges, uint64_t *ret_count,
                 uint64_t *ret_total, struct error *err)
{
    struct search search = {.heap = heap,
                            .cycles = cycles,
                            .cycle = &cycles->cycle[cycle],
                            .opening.limit = limit,
                            .other.limit = limit};
    bool done = search_cycle(&search);
    free(search.state);
    free(search.path);
    free(search.other.edge);
    if (!done) {
        free(search.opening.edge);
        return error_set(err, heap->dump->path, "out of memory for a cycle's edges");
    }
    *ret_edges = search.opening.edge;
    *ret_count = search.opening.count;
    *ret_total = search.total;
    return true;
}
