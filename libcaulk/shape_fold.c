/*
 * One pass over the cycle's pointers notes, for each pair of names, the offsets at which blocks of
 * the one hold blocks of the other; more than SHAPE_OFFSETS of them are an array, whose offsets say
 * nothing. Then the names are put in order, and with them the edges.
 */
#include "libcaulk/shape_fold.h"

#include <stdlib.h>

#include "libcaulk/array_room.h"
#include "libcaulk/id_table.h"
#include "libcaulk/shapes.h"

/* From there on, how the names hold each other is more than anyone reads or memory should hold. */
#define MOST_PAIRS 65536u

struct pair {
    struct form_place place[SHAPE_OFFSETS];
    uint32_t count;
    bool is_array;
};

struct fold {
    const struct heap_graph *heap;
    struct id_table names;
    uint32_t *block;       /* name's number -> first block of that name */
    struct id_table pairs; /* key: from's number << 32 | to's number */
    struct pair *pair;
    uint64_t edge_count;
    bool tangled; /* more than MOST_PAIRS: its edges are not given */
};

static void fold_finish(struct fold *fold)
{
    id_table_finish(&fold->names);
    id_table_finish(&fold->pairs);
    free(fold->block);
    free(fold->pair);
}

static bool number_name(struct fold *fold, uint32_t block, uint32_t *ret_number)
{
    uint32_t before = fold->names.count;
    if (!id_table_add(&fold->names, shape_form_name(fold->heap, block), ret_number))
        return false;
    if (fold->names.count == before)
        return true;
    uint32_t *larger = array_room(fold->block, before, sizeof(*larger));
    if (!larger)
        return false;
    fold->block = larger;
    fold->block[before] = block;
    return true;
}

static bool find_pair(struct fold *fold, uint32_t from, uint32_t to, struct pair **ret_pair)
{
    uint32_t before = fold->pairs.count;
    uint32_t number;
    if (!id_table_add(&fold->pairs, (uint64_t)from << 32 | to, &number))
        return false;
    if (fold->pairs.count > before) {
        fold->tangled = fold->pairs.count == MOST_PAIRS;
        struct pair *larger = array_room(fold->pair, before, sizeof(*larger));
        if (!larger)
            return false;
        fold->pair = larger;
        fold->pair[number] = (struct pair){.count = 0};
    }
    *ret_pair = &fold->pair[number];
    return true;
}

static void note_place(struct fold *fold, struct pair *pair, struct form_place place)
{
    if (pair->is_array)
        return;
    for (uint32_t i = 0; i < pair->count; i++)
        if (pair->place[i].key == place.key)
            return;
    if (pair->count < SHAPE_OFFSETS) {
        pair->place[pair->count++] = place;
        fold->edge_count++;
        return;
    }
    fold->edge_count -= pair->count - 1;
    *pair = (struct pair){
        .place = {{OFFSET_UNKNOWN, OFFSET_UNKNOWN}},
        .count = 1,
        .is_array = true,
    };
}

static bool fold_block(struct fold *fold, const struct cycles *cycles, const struct cycle *cycle,
                       uint32_t block)
{
    const struct heap_graph *heap = fold->heap;
    uint32_t from;
    if (!number_name(fold, block, &from))
        return false;
    for (uint64_t e = heap->graph.begin[block]; e < heap->graph.begin[block + 1] && !fold->tangled;
         e++) {
        uint32_t target = heap->graph.target[e];
        uint32_t to;
        struct pair *pair;
        if (!cycle_has(cycles, cycle, target) || !heap_graph_is_pointer(heap, e))
            continue;
        if (!number_name(fold, target, &to) || !find_pair(fold, from, to, &pair))
            return false;
        note_place(fold, pair, shape_form_place(heap, block, e));
    }
    return true;
}

struct ranked_name {
    uint64_t name;
    uint32_t number;
};

static int compare_names(const void *left, const void *right)
{
    const struct ranked_name *a = left;
    const struct ranked_name *b = right;
    return (a->name > b->name) - (a->name < b->name);
}

static int compare_edges(const void *left, const void *right)
{
    const struct form_edge *a = left;
    const struct form_edge *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->place.key != b->place.key)
        return a->place.key < b->place.key ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

/* Fills the form's members in order of name, and rank[number]: where each has gone. */
static bool rank_names(struct shape_form *form, const struct fold *fold, uint32_t *rank)
{
    struct ranked_name *ranked = malloc(fold->names.count * sizeof(*ranked));
    if (!ranked)
        return false;
    for (uint32_t i = 0; i < fold->names.count; i++)
        ranked[i] = (struct ranked_name){fold->names.key[i], i};
    qsort(ranked, fold->names.count, sizeof(*ranked), compare_names);
    for (uint32_t i = 0; i < fold->names.count; i++) {
        rank[ranked[i].number] = i;
        form->name[i] = ranked[i].name;
        form->block[i] = fold->block[ranked[i].number];
    }
    free(ranked);
    return true;
}

static void list_edges(struct shape_form *form, const struct fold *fold, const uint32_t *rank)
{
    for (uint32_t p = 0; p < fold->pairs.count && !fold->tangled; p++) {
        uint32_t from = rank[fold->pairs.key[p] >> 32];
        uint32_t to = rank[(uint32_t)fold->pairs.key[p]];
        for (uint32_t i = 0; i < fold->pair[p].count; i++)
            form->edge[form->edge_count++] = (struct form_edge){from, to, fold->pair[p].place[i]};
    }
    qsort(form->edge, form->edge_count, sizeof(*form->edge), compare_edges);
}

static bool fill_form(struct shape_form *form, const struct fold *fold)
{
    form->folded = true;
    form->member_count = fold->names.count;
    form->name = malloc(fold->names.count * sizeof(*form->name));
    form->block = malloc(fold->names.count * sizeof(*form->block));
    form->edge = malloc((fold->edge_count + 1) * sizeof(*form->edge));
    uint32_t *rank = malloc(fold->names.count * sizeof(*rank));
    bool done = form->name && form->block && form->edge && rank && rank_names(form, fold, rank);
    if (done)
        list_edges(form, fold, rank);
    free(rank);
    return done;
}

bool shape_fold(struct shape_form *form, const struct heap_graph *heap, const struct cycles *cycles,
                uint32_t cycle)
{
    struct fold fold = {.heap = heap};
    const struct cycle *folded = &cycles->cycle[cycle];
    bool done = true;
    for (uint32_t m = 0; done && m < folded->member_count; m++)
        done = fold_block(&fold, cycles, folded, cycles->member[folded->first + m]);
    done = done && fill_form(form, &fold);
    fold_finish(&fold);
    return done;
}
