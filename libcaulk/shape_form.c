/*
 * A small cycle's form is the cycle itself, its members in an order that depends on no address. A
 * block's edges differ by their offsets, so a breadth-first walk that takes them in order of offset
 * is settled by where it starts: trying each member as the start and keeping the least form gives
 * equal forms to cycles that are alike, and to no others.
 *
 * Larger cycles are folded: libcaulk/shape_fold.c.
 */
#include "libcaulk/shape_form.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/checksum.h"
#include "libcaulk/member_name.h"
#include "libcaulk/shape_fold.h"
#include "libcaulk/shapes.h"

struct small_form {
    uint32_t member_count;
    uint32_t edge_count;
    uint64_t name[SHAPE_EXACT_MEMBERS];
    uint32_t place[SHAPE_EXACT_MEMBERS]; /* among the cycle's members */
    struct form_edge edge[SHAPE_EXACT_EDGES];
};

/* A cycle with its members by place: edges of one member are together, by offset. */
struct small_cycle {
    const uint32_t *member;
    uint32_t member_count;
    uint32_t edge_count;
    uint64_t name[SHAPE_EXACT_MEMBERS];
    struct form_edge edge[SHAPE_EXACT_EDGES];
};

#define ATTRIBUTE (UINT64_C(1) << 63) /* offsets have not this bit */

struct form_place shape_form_place(const struct heap_graph *heap, uint32_t block, uint64_t edge)
{
    uint64_t offset = heap_graph_offset(heap, block, edge);
    const char *name =
        offset == OFFSET_UNKNOWN ? NULL : dump_find_attribute(heap->dump, block, offset);
    bool named = name && !member_name_is(name);
    return (struct form_place){named ? checksum(name, strlen(name)) | ATTRIBUTE : offset, offset};
}

static uint32_t find_place(const struct small_cycle *small, uint32_t block)
{
    uint32_t place = 0;
    while (place < small->member_count && small->member[place] != block)
        place++;
    return place;
}

static bool add_edges(struct small_cycle *small, const struct heap_graph *heap, uint32_t from)
{
    uint32_t block = small->member[from];
    for (uint64_t e = heap->graph.begin[block]; e < heap->graph.begin[block + 1]; e++) {
        uint32_t to = find_place(small, heap->graph.target[e]);
        if (to == small->member_count || !heap_graph_is_pointer(heap, e))
            continue;
        if (small->edge_count == SHAPE_EXACT_EDGES)
            return false;
        small->edge[small->edge_count++] =
            (struct form_edge){from, to, shape_form_place(heap, block, e)};
    }
    return true;
}

/* False where the cycle is not small. */
static bool take_small(struct small_cycle *small, const struct heap_graph *heap,
                       const struct cycles *cycles, uint32_t cycle)
{
    small->member = cycles->member + cycles->cycle[cycle].first;
    small->member_count = cycles->cycle[cycle].member_count;
    small->edge_count = 0;
    if (small->member_count > SHAPE_EXACT_MEMBERS)
        return false;
    for (uint32_t m = 0; m < small->member_count; m++) {
        small->name[m] = shape_form_name(heap, small->member[m]);
        if (!add_edges(small, heap, m))
            return false;
    }
    return true;
}

/* The form that the walk from one start gives. All members are met: a cycle is strongly connected.
 */
static void walk(const struct small_cycle *small, uint32_t start, struct small_form *form)
{
    uint32_t number[SHAPE_EXACT_MEMBERS];
    memset(number, 0xff, sizeof(number));
    form->member_count = 1;
    form->edge_count = 0;
    form->place[0] = start;
    number[start] = 0;
    for (uint32_t m = 0; m < form->member_count; m++) {
        form->name[m] = small->name[form->place[m]];
        for (uint32_t e = 0; e < small->edge_count; e++) {
            struct form_edge edge = small->edge[e];
            if (edge.from != form->place[m])
                continue;
            if (number[edge.to] == UINT32_MAX) {
                form->place[form->member_count] = edge.to;
                number[edge.to] = form->member_count++;
            }
            form->edge[form->edge_count++] = (struct form_edge){m, number[edge.to], edge.place};
        }
    }
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_edge(struct form_edge a, struct form_edge b)
{
    int order = compare_u64(a.from, b.from);
    if (!order)
        order = compare_u64(a.place.key, b.place.key);
    return order ? order : compare_u64(a.to, b.to);
}

/* Of one cycle's forms, which have equally many members and edges. */
static int compare_small(const struct small_form *a, const struct small_form *b)
{
    int order = 0;
    for (uint32_t m = 0; !order && m < a->member_count; m++)
        order = compare_u64(a->name[m], b->name[m]);
    for (uint32_t e = 0; !order && e < a->edge_count; e++)
        order = compare_edge(a->edge[e], b->edge[e]);
    return order;
}

static bool copy_small(struct shape_form *form, const struct small_form *from,
                       const struct small_cycle *small)
{
    form->member_count = from->member_count;
    form->edge_count = from->edge_count;
    form->name = malloc(from->member_count * sizeof(*form->name));
    form->block = malloc(from->member_count * sizeof(*form->block));
    form->edge = malloc((from->edge_count + 1) * sizeof(*form->edge));
    if (!form->name || !form->block || !form->edge)
        return false;
    memcpy(form->name, from->name, from->member_count * sizeof(*form->name));
    memcpy(form->edge, from->edge, from->edge_count * sizeof(*form->edge));
    for (uint32_t m = 0; m < from->member_count; m++)
        form->block[m] = small->member[from->place[m]];
    return true;
}

static bool order_small(struct shape_form *form, const struct small_cycle *small)
{
    struct small_form forms[2];
    struct small_form *least = &forms[0];
    struct small_form *next = &forms[1];
    walk(small, 0, least);
    for (uint32_t start = 1; start < small->member_count; start++) {
        walk(small, start, next);
        if (compare_small(next, least) < 0) {
            struct small_form *swapped = least;
            least = next;
            next = swapped;
        }
    }
    return copy_small(form, least, small);
}

uint64_t shape_form_name(const struct heap_graph *heap, uint32_t block)
{
    uint32_t label = labels_of(&heap->labels, block);
    return label == LABEL_NONE ? callers_of(&heap->callers, heap->dump->block_stack[block])
                               : FORM_LABEL + label;
}

bool shape_form_init(struct shape_form *form, const struct heap_graph *heap,
                     const struct cycles *cycles, uint32_t cycle)
{
    struct small_cycle small;
    *form = (struct shape_form){.lost = cycles->cycle[cycle].lost};
    bool done = take_small(&small, heap, cycles, cycle) ? order_small(form, &small)
                                                        : shape_fold(form, heap, cycles, cycle);
    if (!done)
        shape_form_finish(form);
    return done;
}

void shape_form_finish(struct shape_form *form)
{
    free(form->name);
    free(form->block);
    free(form->edge);
    *form = (struct shape_form){0};
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

uint64_t shape_form_hash(const struct shape_form *form)
{
    uint64_t hash = mix(form->lost, form->folded);
    hash = mix(mix(hash, form->member_count), form->edge_count);
    for (uint32_t m = 0; m < form->member_count; m++)
        hash = mix(hash, form->name[m]);
    for (uint64_t e = 0; e < form->edge_count; e++)
        hash = mix(mix(mix(hash, form->edge[e].from), form->edge[e].to), form->edge[e].place.key);
    return hash;
}

bool shape_form_equal(const struct shape_form *a, const struct shape_form *b)
{
    if (a->lost != b->lost || a->folded != b->folded || a->member_count != b->member_count ||
        a->edge_count != b->edge_count)
        return false;
    for (uint32_t m = 0; m < a->member_count; m++)
        if (a->name[m] != b->name[m])
            return false;
    for (uint64_t e = 0; e < a->edge_count; e++)
        if (compare_edge(a->edge[e], b->edge[e]) != 0)
            return false;
    return true;
}
