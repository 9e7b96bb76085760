/*
 * The edges of a picture, and its roots. Pointers are gathered by their pair of nodes, in the order
 * in which they are met: that of the addresses they lie at.
 */
#include "libcaulk/picture_making.h"

#include <stdlib.h>

#include "libcaulk/array_room.h"

struct pointer {
    uint32_t from, to;
    uint64_t offset;
    bool interior, cyclic;
};

static bool add_edge(struct picture *picture, const struct pointer *pointer)
{
    uint32_t count = picture->edge_count;
    struct picture_edge *larger = array_room(picture->edges, count, sizeof(*larger));
    if (!larger)
        return false;
    picture->edges = larger;
    picture->edges[count] = (struct picture_edge){pointer->from,  pointer->to, 0,    OFFSET_UNKNOWN,
                                                  OFFSET_UNKNOWN, true,        false};
    picture->edge_count = count + 1;
    return true;
}

static void widen(struct picture_edge *edge, uint64_t offset)
{
    if (offset == OFFSET_UNKNOWN)
        return;
    if (edge->first_offset == OFFSET_UNKNOWN || offset < edge->first_offset)
        edge->first_offset = offset;
    if (edge->last_offset == OFFSET_UNKNOWN || offset > edge->last_offset)
        edge->last_offset = offset;
}

static bool add_pointer(struct making *making, const struct pointer *pointer)
{
    struct picture *picture = &making->picture;
    uint32_t number;
    if (!id_table_add(&making->pairs, (uint64_t)pointer->from << 32 | pointer->to, &number))
        return false;
    if (number == picture->edge_count && !add_edge(picture, pointer))
        return false;
    struct picture_edge *edge = &picture->edges[number];
    edge->pointers++;
    widen(edge, pointer->offset);
    edge->interior = edge->interior && pointer->interior;
    edge->cyclic = edge->cyclic || pointer->cyclic;
    return true;
}

static uint32_t node_of_block(const struct making *making, uint32_t block)
{
    uint32_t selected = making->blocks->number[block];
    return selected == GRAPH_NONE ? PICTURE_NOT_DRAWN : making->node_of[making->class[selected]];
}

static bool add_pointers_of(struct making *making, uint32_t block)
{
    const struct heap_graph *heap = &making->analysis->heap;
    const struct cycles *cycles = &making->analysis->cycles;
    struct pointer pointer = {.from = node_of_block(making, block)};
    uint32_t cycle = cycles_find(cycles, block);
    if (pointer.from == PICTURE_NOT_DRAWN)
        return true;
    for (uint64_t edge = heap->graph.begin[block]; edge < heap->graph.begin[block + 1]; edge++) {
        enum edge_class class = (enum edge_class)heap->edge_class[edge];
        uint32_t target = heap->graph.target[edge];
        pointer.to = node_of_block(making, target);
        if (pointer.to == PICTURE_NOT_DRAWN || (class != EDGE_EXACT && class != EDGE_INTERIOR))
            continue;
        pointer.offset = heap_graph_offset(heap, block, edge);
        pointer.interior = class == EDGE_INTERIOR;
        pointer.cyclic = cycle != CYCLE_NONE && cycles_find(cycles, target) == cycle;
        if (!add_pointer(making, &pointer))
            return false;
    }
    return true;
}

bool picture_add_edges(struct making *making)
{
    for (uint32_t i = 0; i < making->blocks->graph.node_count; i++)
        if (!add_pointers_of(making, making->blocks->node[i]))
            return false;
    return true;
}

/* A reference from a root to a block that is drawn. */
struct reference {
    uint32_t root, to;
    uint64_t offset;
    bool interior;
};

struct root_nodes {
    bool by_place;
    struct id_table numbers; /* a place or a kind -> number of its node among the roots' */
    uint32_t first;          /* node that number 0 is */
};

/* Calls visit for each, until it returns false. */
static bool each_reference(struct making *making, struct root_nodes *nodes,
                           bool (*visit)(struct making *, const struct reference *,
                                         struct root_nodes *))
{
    const struct dump *dump = making->analysis->dump;
    for (uint32_t root = 0; root < dump->root_count; root++) {
        for (uint64_t ref = dump->refs.begin[root]; ref < dump->refs.begin[root + 1]; ref++) {
            uint8_t class = making->analysis->heap.ref_class[ref];
            uint32_t target = dump->refs.target[ref];
            struct reference reference = {
                .root = root,
                .to = node_of_block(making, target),
                .offset = heap_graph_ref_offset(&making->analysis->heap, &dump->roots[root], ref),
                .interior = class == EDGE_INTERIOR};
            if (reference.to != PICTURE_NOT_DRAWN && class != EDGE_NONE && making->rooted[target] &&
                !visit(making, &reference, nodes))
                return false;
        }
    }
    return true;
}

/* Which variable it is matters; which word of a stack or which register does not. */
static uint64_t place_key(const struct making *making, const struct reference *reference)
{
    enum root_kind kind = making->analysis->dump->roots[reference->root].kind;
    bool named = kind == ROOT_GLOBAL || kind == ROOT_DECLARED || kind == ROOT_MAPPING;
    return (uint64_t)reference->root << 32 | (named ? (uint32_t)(reference->offset / 8) : 0);
}

static bool count_place(struct making *making, const struct reference *reference,
                        struct root_nodes *nodes)
{
    uint32_t number;
    return id_table_add(&nodes->numbers, place_key(making, reference), &number) &&
           nodes->numbers.count <= PICTURE_ROOTS_MAX;
}

static bool add_reference(struct making *making, const struct reference *reference,
                          struct root_nodes *nodes)
{
    struct picture *picture = &making->picture;
    const struct root *root = &making->analysis->dump->roots[reference->root];
    uint64_t key = nodes->by_place ? place_key(making, reference) : (uint64_t)root->kind;
    uint32_t number;
    if (!id_table_add(&nodes->numbers, key, &number))
        return false;
    struct picture_node *node = &picture->nodes[nodes->first + number];
    if (nodes->first + number == picture->node_count) {
        *node = (struct picture_node){.root = root,
                                      .root_offset = reference->offset,
                                      .block = GRAPH_NONE,
                                      .group = PICTURE_NO_GROUP};
        picture->node_count++;
    }
    if (++node->amount.blocks > 1 && !nodes->by_place)
        node->root_offset = OFFSET_UNKNOWN;
    const struct pointer pointer = {nodes->first + number, reference->to, reference->offset,
                                    reference->interior, false};
    return add_pointer(making, &pointer);
}

bool picture_add_roots(struct making *making)
{
    struct picture *picture = &making->picture;
    struct root_nodes places = {0}, nodes = {.first = picture->node_count};
    nodes.by_place = each_reference(making, &places, count_place);
    id_table_finish(&places.numbers);
    size_t room = picture->node_count + PICTURE_ROOTS_MAX + ROOT_KIND_END;
    void *larger = reallocarray(picture->nodes, room, sizeof(*picture->nodes));
    if (!larger)
        return false;
    picture->nodes = larger;
    bool done = each_reference(making, &nodes, add_reference);
    id_table_finish(&nodes.numbers);
    return done;
}
