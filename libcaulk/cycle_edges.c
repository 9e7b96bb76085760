/*
 * A depth-first search over one cycle's members. Edges go to two lists as they are met, those that
 * lead back to the search path and the others, and the first `limit` of each are kept: which of the
 * others are wanted is known only at the end.
 *
 * Where the search begins decides which edges lead back. In a small cycle every member is tried:
 * the fewer edges open it, the better, and an object's pointer to its own part is nobody's to cut,
 * nor is that of what counts a std::shared_ptr to the object.
 */
#include "libcaulk/cycle_edges.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/array_room.h"

#define TRIED_MEMBERS 16
#define PART_COST 1000

enum { NOT_MET, ON_PATH, LEFT };

struct frame {
    uint32_t block;
    uint64_t next_edge;
};

struct edge_list {
    struct cycle_edge *edge;
    uint64_t count, limit;
};

struct search {
    const struct heap_graph *heap;
    const struct cycles *cycles;
    const struct cycle *cycle;
    const struct smart_judge *judge;
    uint8_t *state; /* member -> NOT_MET, … */
    struct frame *path;
    uint32_t depth;
    struct edge_list opening, itself, other;
    uint64_t total;
    uint64_t cost; /* of the opening ones */
};

static bool list_add(struct edge_list *list, struct cycle_edge edge)
{
    if (list->count == list->limit)
        return true;
    struct cycle_edge *larger = array_room(list->edge, list->count, sizeof(*larger));
    if (!larger)
        return false;
    list->edge = larger;
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

/* A smart pointer leads to an object and to what counts it, which leads to the object, too. */
static uint64_t cost_of(const struct search *search, uint32_t from, uint32_t to)
{
    const char *holder = labels_name_of(&search->heap->labels, from);
    const char *held = labels_name_of(&search->heap->labels, to);
    if (holder && labels_is_control_block(holder))
        return PART_COST;
    return held && labels_is_part(held) && !labels_is_control_block(held) ? PART_COST : 1;
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
                              .exact = heap->edge_class[e] == EDGE_EXACT};
    enum smart_pointer smart = smart_pointer_of(search->judge, from, edge.offset);
    edge.weak = smart_pointer_owns_nothing(smart);
    edge.back = smart == SMART_BACK;
    edge.opens = !edge.weak && *state_of(search, to) == ON_PATH;
    search->total++;
    if (edge.opens)
        search->cost += cost_of(search, from, to);
    if (!edge.weak && *state_of(search, to) == NOT_MET)
        enter(search, to);
    struct edge_list *opening = from == to ? &search->itself : &search->opening;
    return list_add(edge.opens ? opening : &search->other, edge);
}

static bool search_below(struct search *search, uint32_t entry)
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

static bool append(struct edge_list *list, const struct edge_list *more)
{
    for (uint64_t i = 0; i < more->count; i++)
        if (!list_add(list, more->edge[i]))
            return false;
    return true;
}

/* The other edges go behind the opening ones, as far as the limit allows. */
static bool join_lists(struct search *search)
{
    return append(&search->opening, &search->itself) && append(&search->opening, &search->other);
}

/* What only weak pointers lead to from the entry is searched after it. */
static bool search_from(struct search *search, uint32_t entry)
{
    const struct cycle *cycle = search->cycle;
    memset(search->state, NOT_MET, cycle->member_count);
    search->depth = 0;
    search->total = search->cost = 0;
    search->opening.count = search->itself.count = search->other.count = 0;
    bool done = search_below(search, entry);
    for (uint32_t m = 0; done && search->judge && m < cycle->member_count; m++)
        if (search->state[m] == NOT_MET)
            done = search_below(search, search->cycles->member[cycle->first + m]);
    return done;
}

/* The cycle's own entry where no other member is better. */
static bool find_entry(struct search *search, uint32_t *ret_entry)
{
    const struct cycle *cycle = search->cycle;
    *ret_entry = cycle->entry;
    if (cycle->member_count > TRIED_MEMBERS)
        return true;
    if (!search_from(search, cycle->entry))
        return false;
    uint64_t least = search->cost;
    for (uint32_t m = 0; m < cycle->member_count && least > 1; m++) {
        uint32_t member = search->cycles->member[cycle->first + m];
        if (!search_from(search, member))
            return false;
        if (search->cost < least) {
            least = search->cost;
            *ret_entry = member;
        }
    }
    return true;
}

static bool search_cycle(struct search *search)
{
    uint32_t entry;
    search->state = malloc(search->cycle->member_count);
    search->path = malloc(search->cycle->member_count * sizeof(*search->path));
    return search->state && search->path && find_entry(search, &entry) &&
           search_from(search, entry) && join_lists(search);
}

bool cycle_edges(const struct cycles *cycles, const struct heap_graph *heap, uint32_t cycle,
                 uint64_t limit, const struct smart_judge *judge, struct cycle_edge **ret_edges,
                 uint64_t *ret_count, uint64_t *ret_total, struct error *err)
{
    struct search search = {.heap = heap,
                            .cycles = cycles,
                            .cycle = &cycles->cycle[cycle],
                            .judge = judge,
                            .opening.limit = limit,
                            .itself.limit = limit,
                            .other.limit = limit};
    bool done = search_cycle(&search);
    free(search.state);
    free(search.path);
    free(search.itself.edge);
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
