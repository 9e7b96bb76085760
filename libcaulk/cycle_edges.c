/*
 * A depth-first search over one cycle's members, which are known by their place among them. Edges
 * go to two lists as they are met, those that lead back to the search path and the others, and the
 * first `limit` of each are kept: which of the others are wanted is known only at the end.
 */
#include "libcaulk/cycle_edges.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_MET, ON_PATH, LEFT };

struct frame {
    uint32_t place;
    uint64_t next_edge;
};

struct edge_list {
    struct cycle_edge *edge;
    uint64_t count, room, limit;
};

struct search {
    const struct heap_graph *heap;
    const uint32_t *member;
    uint32_t member_count;
    uint8_t *state; /* place -> NOT_MET, … */
    struct frame *path;
    uint32_t depth;
    struct edge_list opening, other;
    uint64_t total;
};

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static bool find_place(const struct search *search, uint32_t block, uint32_t *ret_place)
{
    const uint32_t *found =
        bsearch(&block, search->member, search->member_count, sizeof(block), compare_numbers);
    if (!found)
        return false;
    *ret_place = (uint32_t)(found - search->member);
    return true;
}

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

static void enter(struct search *search, uint32_t place)
{
    search->state[place] = ON_PATH;
    search->path[search->depth++] =
        (struct frame){place, search->heap->graph.begin[search->member[place]]};
}

/* Meets one edge of the path's last block; false where memory ran out. */
static bool meet(struct search *search, uint32_t from, uint64_t e)
{
    const struct heap_graph *heap = search->heap;
    uint32_t place;
    if (!heap_graph_is_pointer(heap, e) || !find_place(search, heap->graph.target[e], &place))
        return true;
    struct cycle_edge edge = {.from = from,
                              .to = heap->graph.target[e],
                              .offset = heap_graph_offset(heap, from, e),
                              .exact = heap->edge_class[e] == EDGE_EXACT,
                              .opens = search->state[place] == ON_PATH};
    search->total++;
    if (search->state[place] == NOT_MET)
        enter(search, place);
    return list_add(edge.opens ? &search->opening : &search->other, edge);
}

static bool search_from(struct search *search, uint32_t place)
{
    enter(search, place);
    while (search->depth) {
        struct frame *top = &search->path[search->depth - 1];
        uint32_t from = search->member[top->place];
        if (top->next_edge == search->heap->graph.begin[from + 1]) {
            search->state[top->place] = LEFT;
            search->depth--;
        } else if (!meet(search, from, top->next_edge++)) {
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

static bool search_cycle(struct search *search, uint32_t entry)
{
    uint32_t place;
    search->state = calloc(search->member_count, 1);
    search->path = malloc(search->member_count * sizeof(*search->path));
    return search->state && search->path && find_place(search, entry, &place) &&
           search_from(search, place) && join_lists(search);
}

bool cycle_edges(const struct cycles *cycles, const struct heap_graph *heap, uint32_t cycle,
                 uint64_t limit, struct cycle_edge **ret_edges, uint64_t *ret_count,
                 uint64_t *ret_total, struct error *err)
{
    const struct cycle *wanted = &cycles->cycle[cycle];
    struct search search = {.heap = heap,
                            .member = cycles->member + wanted->first,
                            .member_count = wanted->member_count,
                            .opening.limit = limit,
                            .other.limit = limit};
    bool done = search_cycle(&search, wanted->entry);
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
