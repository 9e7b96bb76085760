/*
 * Cycles are grouped by their forms: a table of the forms' hashes finds the shape, a comparison
 * confirms it. Cycles come with those that retain the most first, so a shape's first is its
 * example.
 *
 * What a shape's cycles retain together is not the sum where one of them retains another: in the
 * order of the dominator tree, a cycle that lies in the interval of the shape's last one is in it
 * already.
 */
#include "libcaulk/shapes.h"

#include <stdlib.h>

#include "libcaulk/array_room.h"
#include "libcaulk/id_table.h"
#include "libcaulk/shape_form.h"

struct builder {
    const struct heap_graph *heap;
    struct cycles *cycles;
    struct id_table hashes; /* hash of a form, made unique -> number in `shape` and `form` */
    struct shape *shape;
    struct shape_form *form;
    uint32_t count;
};

static void builder_finish(struct builder *builder)
{
    id_table_finish(&builder->hashes);
    for (uint32_t i = 0; i < builder->count; i++)
        shape_form_finish(&builder->form[i]);
    free(builder->form);
    free(builder->shape);
}

static bool make_room(struct builder *builder)
{
    struct shape *shape = array_room(builder->shape, builder->count, sizeof(*shape));
    if (shape)
        builder->shape = shape;
    struct shape_form *form = array_room(builder->form, builder->count, sizeof(*form));
    if (form)
        builder->form = form;
    return shape && form;
}

/* The shape's number; builder->count where it is a new one. Two forms of one hash: the next key is
 * tried. */
static bool find_shape(struct builder *builder, const struct shape_form *form, bool pending,
                       uint32_t *ret_number)
{
    uint64_t hash = shape_form_hash(form) ^ pending;
    for (;; hash++) {
        if (!id_table_add(&builder->hashes, hash, ret_number))
            return false;
        if (*ret_number == builder->count || (builder->shape[*ret_number].pending == pending &&
                                              shape_form_equal(form, &builder->form[*ret_number])))
            return true;
    }
}

/* Takes the form over, whatever it returns. */
static bool add_cycle(struct builder *builder, uint32_t cycle, struct shape_form *form)
{
    struct cycle *added = &builder->cycles->cycle[cycle];
    uint32_t number;
    if (!make_room(builder) || !find_shape(builder, form, added->pending, &number)) {
        shape_form_finish(form);
        return false;
    }
    if (number < builder->count) {
        shape_form_finish(form);
    } else {
        builder->form[number] = *form;
        builder->shape[number] =
            (struct shape){.lost = added->lost, .pending = added->pending, .example = cycle};
        builder->count++;
    }
    added->shape = number;
    builder->shape[number].cycle_count++;
    amount_add(&builder->shape[number].own, added->own);
    return true;
}

static bool add_cycles(struct builder *builder)
{
    for (uint32_t c = 0; c < builder->cycles->count; c++) {
        struct shape_form form;
        if (!shape_form_init(&form, builder->heap, builder->cycles, c) ||
            !add_cycle(builder, c, &form))
            return false;
    }
    return true;
}

static int compare_places(const void *left, const void *right)
{
    const struct cycle *a = *(const struct cycle *const *)left;
    const struct cycle *b = *(const struct cycle *const *)right;
    if (a->lost != b->lost)
        return a->lost ? -1 : 1;
    return (a->nest_first > b->nest_first) - (a->nest_first < b->nest_first);
}

/* shape.retained of all; end[shape]: where the interval of its last cycle ends. */
static void sum_retained(struct builder *builder, const struct cycle **ordered, uint32_t *end)
{
    qsort(ordered, builder->cycles->count, sizeof(*ordered), compare_places);
    for (uint32_t i = 0; i < builder->cycles->count; i++) {
        const struct cycle *cycle = ordered[i];
        if (cycle->nest_first < end[cycle->shape])
            continue;
        amount_add(&builder->shape[cycle->shape].retained, cycle->retained);
        end[cycle->shape] = cycle->nest_end;
    }
}

static bool add_retained(struct builder *builder)
{
    const struct cycle **ordered = malloc(builder->cycles->count * sizeof(*ordered));
    uint32_t *end = calloc(builder->count, sizeof(*end));
    bool done = ordered && end;
    for (uint32_t i = 0; done && i < builder->cycles->count; i++)
        ordered[i] = &builder->cycles->cycle[i];
    if (done)
        sum_retained(builder, ordered, end);
    free(ordered);
    free(end);
    return done;
}

static bool describe(struct shape *shape, const struct shape_form *form,
                     const struct heap_graph *heap)
{
    shape->folded = form->folded;
    shape->members = malloc(form->member_count * sizeof(*shape->members));
    shape->edges = malloc((form->edge_count + 1) * sizeof(*shape->edges));
    if (!shape->members || !shape->edges)
        return false;
    for (uint32_t m = 0; m < form->member_count; m++) {
        uint32_t block = form->block[m];
        shape->members[m] = (struct shape_member){.block = block,
                                                  .stack = heap->dump->block_stack[block],
                                                  .type = labels_name_of(&heap->labels, block),
                                                  .bytes = heap->dump->block_bytes[block]};
    }
    for (uint64_t e = 0; e < form->edge_count; e++)
        shape->edges[e] =
            (struct shape_edge){form->edge[e].from, form->edge[e].to, form->edge[e].place.offset};
    shape->member_count = form->member_count;
    shape->edge_count = form->edge_count;
    return true;
}

static int compare_shapes(const void *left, const void *right)
{
    const struct shape *a = left;
    const struct shape *b = right;
    if (a->lost != b->lost)
        return a->lost ? -1 : 1;
    if (a->retained.bytes != b->retained.bytes)
        return a->retained.bytes < b->retained.bytes ? 1 : -1;
    return (a->example > b->example) - (a->example < b->example);
}

/* Puts the shapes in order, and their new numbers into the cycles. */
static bool order_shapes(struct shapes *shapes, struct cycles *cycles)
{
    uint32_t *new_number = malloc(shapes->count * sizeof(*new_number));
    if (!new_number)
        return false;
    qsort(shapes->shape, shapes->count, sizeof(*shapes->shape), compare_shapes);
    for (uint32_t i = 0; i < shapes->count; i++) {
        new_number[cycles->cycle[shapes->shape[i].example].shape] = i;
        shapes->lost_count += shapes->shape[i].lost;
    }
    for (uint32_t c = 0; c < cycles->count; c++)
        cycles->cycle[c].shape = new_number[cycles->cycle[c].shape];
    free(new_number);
    return true;
}

static bool build(struct shapes *shapes, struct builder *builder)
{
    bool done = add_cycles(builder) && add_retained(builder);
    for (uint32_t i = 0; done && i < builder->count; i++)
        done = describe(&builder->shape[i], &builder->form[i], builder->heap);
    shapes->shape = builder->shape;
    shapes->count = builder->count;
    builder->shape = NULL;
    return done && order_shapes(shapes, builder->cycles);
}

bool shapes_init(struct shapes *shapes, struct cycles *cycles, const struct heap_graph *heap,
                 struct error *err)
{
    struct builder builder = {.heap = heap, .cycles = cycles};
    *shapes = (struct shapes){0};
    bool done = !cycles->count || build(shapes, &builder);
    builder_finish(&builder);
    if (done)
        return true;
    shapes_finish(shapes);
    return error_set(err, heap->dump->path, "out of memory for the shapes");
}

void shapes_finish(struct shapes *shapes)
{
    for (uint32_t i = 0; i < shapes->count; i++) {
        free(shapes->shape[i].members);
        free(shapes->shape[i].edges);
    }
    free(shapes->shape);
    *shapes = (struct shapes){0};
}
