/*
 * The edges of a picture, and its roots. Pointers are gathered by their pair of nodes, in the order
 * in which they are met: that of the addresses they lie at.
 */
#include "libcaulk/picture_making.h"

#include <stdlib.h>

struct pointer {
    uint32_t from, to;
    uint64_t offset;
    bool interior, cyclic;
};

static bool add_edge(struct picture *picture, const struct pointer *pointer)
{
    uint32_t count = picture->edge_count;
    /* Room for twice as many whenever the count reaches a power of two. */
    if ((count & (count - 1)) == 0) {
        size_t room = count ? 2 * (size_t)count : 1;
        void *larger = reallocarray(picture->edges, room, sizeof(*picture->edges));
        if (!larger)
            return false;
        picture->edges = larger;
    }
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
    return selected == GRAPH_NONE ? NOT_DRAWN : making->node_of[making->class[selected]];
}

static bool add_pointers_of(struct making *making, uint32_t block)
{
    const struct heap_graph *heap = &making->analysis->heap;
    const struct cycles *cycles = &making->analysis->cycles;
    struct pointer pointer = {.from = node_of_block(making, block)};
    uint32_t cycle = cycles_find(cycles, block);
    if (pointer.from == NOT_DRAWN)
        return true;
    for (uint64_t edge = heap->graph.begin[block]; edge < heap->graph.begin[block + 1]; edge++) {
        enum edge_class class = (enum edge_class)heap->edge_class[edge];
        uint32_t target = heap->graph.target[edge];
        pointer.to = node_of_block(making, target);
        if (pointer.to == NOT_DRAWN || (class != EDGE_EXACT && class != EDGE_INTERIOR))
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

/* Calls visit for each, until it returns false. */
static bool each_reference(struct making *making,
                           bool (*visit)(struct making *, const struct reference *, void *),
                           void *context)
{
    const struct dump *dump = making->analysis->dump;
    for (uint32_t root = 0; root < dump->root_count; root++) {
        for (uint64_t ref = dump->refs.begin[root]; ref < dump->refs.begin[root + 1]; ref++) {
            uint8_t class = making->analysis->heap.ref_class[ref];
            struct reference reference = {.root = root,
                                          .to = node_of_block(making, dump->refs.target[ref]),
                                          .offset = (uint64_t)dump->refs.source_words[ref] * 8,
                                          .interior = class == EDGE_INTERIOR};
            if (reference.to != NOT_DRAWN && class != EDGE_NONE &&
                !visit(making, &reference, context))
                return false;
        }
    }
    return true;
}

static bool count_place(struct making *making, const struct reference *reference, void *context)
{
    uint64_t *places = context;
    (void)making;
    (void)reference;
    return ++*places <= PICTURE_ROOTS_MAX;
}

struct root_nodes {
    bool one_by_one;
    struct id_table numbers; /* a place, root or kind -> number of its node among the roots' */
    uint32_t first;          /* node that number 0 is */
};

/* Places in a module's globals are variables of their own; those of a stack all belong to it. */
static uint64_t root_key(const struct root_nodes *nodes, const struct root *root,
                         const struct reference *reference)
{
    if (!nodes->one_by_one)
        return root->kind;
    uint64_t place = root->kind == ROOT_GLOBAL ? reference->offset / 8 : 0;
    return (uint64_t)reference->root << 32 | place;
}

static bool add_reference(struct making *making, const struct reference *reference, void *context)
{
    struct root_nodes *nodes = context;
    struct picture *picture = &making->picture;
    const struct root *root = &making->analysis->dump->roots[reference->root];
    uint32_t number;
    if (!id_table_add(&nodes->numbers, root_key(nodes, root, reference), &number))
        return false;
    struct picture_node *node = &picture->nodes[nodes->first + number];
    if (nodes->first + number == picture->node_count) {
        *node = (struct picture_node){.root = root,
                                      .root_offset = reference->offset,
                                      .block = GRAPH_NONE,
                                      .group = PICTURE_NO_GROUP};
        picture->node_count++;
    }
    if (++node->amount.blocks > 1 && !nodes->one_by_one)
        node->root_offset = OFFSET_UNKNOWN;
    const struct pointer pointer = {nodes->first + number, reference->to, reference->offset,
                                    reference->interior, false};
    return add_pointer(making, &pointer);
}

bool picture_add_roots(struct making *making)
{
    struct picture *picture = &making->picture;
    struct root_nodes nodes = {.first = picture->node_count};
    uint64_t places = 0;
    nodes.one_by_one = each_reference(making, count_place, &places);
    size_t room = picture->node_count + PICTURE_ROOTS_MAX + ROOT_KIND_END;
    void *larger = reallocarray(picture->nodes, room, sizeof(*picture->nodes));
    if (!larger)
        return false;
    picture->nodes = larger;
    bool done = each_reference(making, add_reference, &nodes);
    id_table_finish(&nodes.numbers);
    return done;
}
