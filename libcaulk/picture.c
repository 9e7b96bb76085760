/*
 * Making a picture: fold the selected blocks into classes, keep the heaviest classes as nodes, then
 * gather all pointers between two nodes into one edge (picture_edges.c).
 */
#include "libcaulk/picture.h"

#include <stdlib.h>

#include "libcaulk/fold.h"
#include "libcaulk/picture_making.h"
#include "libcaulk/picture_select.h"

static uint32_t cycle_of(const struct making *making, uint32_t block)
{
    return cycles_find(&making->analysis->cycles, block);
}

/* Unfolded, each cycle has a frame of its own; folded, cycles of one shape share one. */
static uint64_t group_key(const struct making *making, uint32_t cycle)
{
    return making->folding == FOLD_NOTHING ? cycle : making->analysis->cycles.cycle[cycle].shape;
}

static uint64_t colour_of(const struct making *making, uint32_t block)
{
    const struct analysis *analysis = making->analysis;
    uint32_t cycle = cycle_of(making, block);
    uint32_t stack = analysis->dump->block_stack[block];
    uint64_t colour = fold_mix(0, callers_of(&analysis->heap.callers, stack));
    colour = fold_mix(colour, labels_of(&analysis->heap.labels, block));
    colour = fold_mix(colour, cycle == CYCLE_NONE ? UINT64_MAX : group_key(making, cycle));
    if (making->folding == FOLD_ALIKE)
        colour = fold_mix(colour, analysis->dump->block_bytes[block]);
    return colour;
}

/* A block's kind is its own: the second node of a lost list is like the third, though the first,
 * which holds it, is definite, and the second indirect. */
static void paint(const struct making *making, uint64_t *colour, uint64_t *seen)
{
    for (uint32_t i = 0; i < making->blocks->graph.node_count; i++) {
        uint32_t block = making->blocks->node[i];
        seen[i] = colour_of(making, block);
        colour[i] = making->folding == FOLD_NOTHING
                        ? i
                        : fold_mix(seen[i], verdicts_kind(&making->analysis->verdicts, block));
    }
}

static bool fold(struct making *making, enum folding folding)
{
    const struct graph *graph = &making->blocks->graph;
    size_t size = ((size_t)graph->node_count + 1) * sizeof(uint64_t);
    uint64_t *colour = malloc(size), *seen = malloc(size);
    bool done = colour && seen;
    free(making->class);
    making->class = NULL;
    making->folding = folding;
    if (done) {
        paint(making, colour, seen);
        done = fold_alike(graph, colour, folding == FOLD_ALIKE ? seen : NULL, &making->class,
                          &making->class_count);
    }
    free(colour);
    free(seen);
    return done;
}

static bool fold_enough(struct making *making, uint32_t max_nodes)
{
    uint32_t blocks = making->blocks->graph.node_count;
    if (blocks <= PICTURE_SINGLE_BLOCKS && blocks <= max_nodes)
        return fold(making, FOLD_NOTHING);
    if (!fold(making, FOLD_ALIKE))
        return false;
    return making->class_count <= max_nodes || fold(making, FOLD_SITES);
}

/* A class while it is weighed against the others. */
struct candidate {
    struct picture_node node;
    uint32_t class;
};

static void weigh(const struct making *making, struct candidate *candidates)
{
    const struct dump *dump = making->analysis->dump;
    for (uint32_t i = making->blocks->graph.node_count; i-- > 0;) {
        uint32_t block = making->blocks->node[i];
        struct candidate *candidate = &candidates[making->class[i]];
        struct picture_node *node = &candidate->node;
        if (!node->amount.blocks || !dump_stack_is_cut(dump, dump->block_stack[block]) ||
            dump_stack_is_cut(dump, dump->block_stack[node->traced]))
            node->traced = block;
        node->same_size =
            !node->amount.blocks ||
            (node->same_size && dump->block_bytes[block] == dump->block_bytes[node->block]);
        node->block = block;
        node->kind = verdicts_kind(&making->analysis->verdicts, block);
        amount_add_block(&node->amount, dump->block_bytes[block]);
        candidate->class = making->class[i];
    }
}

/* Cycles first: they are what is looked for. Then by weight, then by address. */
static int compare_candidates(const void *left, const void *right)
{
    const struct picture_node *a = &((const struct candidate *)left)->node;
    const struct picture_node *b = &((const struct candidate *)right)->node;
    bool a_cyclic = a->group != PICTURE_NO_GROUP, b_cyclic = b->group != PICTURE_NO_GROUP;
    if (a_cyclic != b_cyclic)
        return a_cyclic ? -1 : 1;
    if (a->amount.bytes != b->amount.bytes)
        return a->amount.bytes > b->amount.bytes ? -1 : 1;
    return a->block < b->block ? -1 : a->block > b->block;
}

static int compare_blocks(const void *left, const void *right)
{
    uint32_t a = ((const struct candidate *)left)->node.block;
    uint32_t b = ((const struct candidate *)right)->node.block;
    return a < b ? -1 : a > b;
}

/* Candidates that stay, in the order of their addresses; the others are left out. */
static bool draw_nodes(struct making *making, struct candidate *candidates, uint32_t max_nodes)
{
    /* Where some are left out, the last node is the one that counts them. */
    uint32_t count = making->class_count <= max_nodes ? making->class_count : max_nodes - 1;
    struct picture *picture = &making->picture;
    for (uint32_t i = 0; i < making->class_count; i++) {
        /* Only whether it is in a cycle matters yet. */
        bool cyclic = cycle_of(making, candidates[i].node.block) != CYCLE_NONE;
        candidates[i].node.group = cyclic ? 0 : PICTURE_NO_GROUP;
    }
    qsort(candidates, making->class_count, sizeof(*candidates), compare_candidates);
    qsort(candidates, count, sizeof(*candidates), compare_blocks);
    making->node_of = malloc(((size_t)making->class_count + 1) * sizeof(*making->node_of));
    picture->nodes = malloc(((size_t)count + 1) * sizeof(*picture->nodes));
    if (!making->node_of || !picture->nodes)
        return false;
    for (uint32_t i = 0; i < making->class_count; i++) {
        making->node_of[candidates[i].class] = i < count ? i : PICTURE_NOT_DRAWN;
        if (i < count)
            picture->nodes[i] = candidates[i].node;
        else
            amount_add(&picture->left_out, candidates[i].node.amount);
    }
    picture->node_count = count;
    return true;
}

static bool choose_nodes(struct making *making, uint32_t max_nodes)
{
    struct candidate *candidates = calloc((size_t)making->class_count + 1, sizeof(*candidates));
    if (!candidates)
        return false;
    weigh(making, candidates);
    bool done = draw_nodes(making, candidates, max_nodes);
    free(candidates);
    return done;
}

static struct picture_group describe_group(const struct making *making, uint32_t cycle)
{
    const struct analysis *analysis = making->analysis;
    const struct shape *shape = &analysis->shapes.shape[analysis->cycles.cycle[cycle].shape];
    if (making->folding == FOLD_NOTHING)
        return (struct picture_group){cycle, 1};
    return (struct picture_group){shape->example, shape->cycle_count};
}

static bool number_groups(struct making *making, struct id_table *numbers)
{
    struct picture *picture = &making->picture;
    picture->groups = calloc((size_t)picture->node_count + 1, sizeof(*picture->groups));
    if (!picture->groups)
        return false;
    for (uint32_t i = 0; i < picture->node_count; i++) {
        struct picture_node *node = &picture->nodes[i];
        uint32_t cycle = cycle_of(making, node->block);
        node->group = PICTURE_NO_GROUP;
        if (cycle == CYCLE_NONE)
            continue;
        if (!id_table_add(numbers, group_key(making, cycle), &node->group))
            return false;
        picture->groups[node->group] = describe_group(making, cycle);
    }
    picture->group_count = numbers->count;
    return true;
}

static bool add_groups(struct making *making)
{
    struct id_table numbers = {0};
    bool done = number_groups(making, &numbers);
    id_table_finish(&numbers);
    return done;
}

static bool list_blocks(struct making *making)
{
    uint32_t blocks = making->analysis->dump->block_count;
    uint32_t *node_of = making->picture.node_of = malloc(((size_t)blocks + 1) * sizeof(*node_of));
    for (uint32_t b = 0; node_of && b < blocks; b++)
        node_of[b] = PICTURE_NOT_DRAWN;
    for (uint32_t i = 0; node_of && i < making->blocks->graph.node_count; i++)
        node_of[making->blocks->node[i]] = making->node_of[making->class[i]];
    return node_of;
}

static bool make_all(struct making *making, uint32_t max_nodes)
{
    return fold_enough(making, max_nodes) && choose_nodes(making, max_nodes) &&
           list_blocks(making) && add_groups(making) && picture_add_edges(making) &&
           (!making->rooted || picture_add_roots(making));
}

/* Finishes the selection too. */
static bool make(const struct analysis *analysis, struct selection *selection, uint32_t max_nodes,
                 struct picture *ret_picture, struct error *err)
{
    struct making making = {
        .analysis = analysis, .blocks = &selection->blocks, .rooted = selection->rooted};
    uint32_t for_roots = selection->rooted ? max_nodes / 4 : 0;
    if (for_roots > PICTURE_ROOTS_MAX)
        for_roots = PICTURE_ROOTS_MAX;
    bool done = make_all(&making, max_nodes - for_roots);
    free(making.class);
    free(making.node_of);
    id_table_finish(&making.pairs);
    selection_finish(selection);
    if (!done) {
        picture_finish(&making.picture);
        return error_set(err, analysis->dump->path, "out of memory");
    }
    *ret_picture = making.picture;
    return true;
}

bool picture_of_lost(const struct analysis *analysis, uint32_t max_nodes,
                     struct picture *ret_picture, struct error *err)
{
    struct selection selection;
    return selection_of_lost(analysis, &selection, err) &&
           make(analysis, &selection, max_nodes, ret_picture, err);
}

bool picture_around(const struct analysis *analysis, const uint32_t *blocks, uint64_t block_count,
                    unsigned steps, uint32_t max_nodes, struct picture *ret_picture,
                    struct error *err)
{
    struct selection selection;
    return selection_around(analysis, blocks, block_count, steps, &selection, err) &&
           make(analysis, &selection, max_nodes, ret_picture, err);
}

void picture_finish(struct picture *picture)
{
    free(picture->nodes);
    free(picture->edges);
    free(picture->groups);
    free(picture->node_of);
}
