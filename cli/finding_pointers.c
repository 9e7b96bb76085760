/* Of a finding, the pointers that matter; where debug information has them, by their members'
 * names. */
#include "cli/finding_pointers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cycle_pointers.h"

#define HOLDERS_MAX 1000

static bool holds(const struct opened *opened, uint32_t from, uint32_t to)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    for (uint64_t e = heap->graph.begin[from]; e < heap->graph.begin[from + 1]; e++)
        if (heap->graph.target[e] == to)
            return true;
    return false;
}

/* To an object, and in the next word to what counts it: in the same block, or in one that leads to
 * the object. */
static bool are_two_words(const struct opened *opened, const struct cycle_edge *object,
                          const struct cycle_edge *counts)
{
    const struct typed_block *typed = dump_find_type(opened->dump, counts->to);
    return object->from == counts->from && object->offset + sizeof(uint64_t) == counts->offset &&
           typed && opened->dump->types[typed->type].kind == TYPE_CXX_COUNTED &&
           (object->to == counts->to || holds(opened, counts->to, object->to));
}

/* A smart pointer is two words, to an object and to what counts it: one line for both. */
static bool is_same_member(const struct opened *opened, const struct cycle_edge *a,
                           const struct cycle_edge *b)
{
    struct phrase of_a = words_field(opened, a->from, a->offset);
    if (!*of_a.s)
        return are_two_words(opened, a, b);
    return a->from == b->from && strcmp(of_a.s, words_field(opened, b->from, b->offset).s) == 0;
}

static bool is_said(const struct opened *opened, const struct cycle_edge *edges, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        if (is_same_member(opened, &edges[i], &edges[count]))
            return true;
    return false;
}

static struct phrase pointer_words(const struct opened *opened, const struct shape *shape,
                                   const struct cycle_edge *edge)
{
    return words_pointer(opened, words_in_shape(opened, shape, edge->from), edge->from,
                         edge->offset);
}

static struct phrase edge_words(const struct opened *opened, const struct shape *shape,
                                const struct cycle_edge *edge)
{
    return words_format("%s → %s", pointer_words(opened, shape, edge).s,
                        words_in_shape(opened, shape, edge->to).s);
}

/* A tree's pointers differ by nothing but addresses. */
static bool is_listed(const struct phrase *pointers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(pointers[i].s, pointers[count].s) == 0)
            return true;
    return false;
}

/* Those of the example's cycle that are of a sort, each smart pointer once. */
static uint32_t list_pointers(const struct opened *opened, const struct shape *shape, bool weak,
                              struct phrase ret_pointers[CLOSING_MAX])
{
    struct cycle_edge *edges;
    uint64_t count, total;
    uint32_t listed = 0, kept = 0;
    cycle_pointers(opened, shape->example, CYCLE_POINTERS_MAX, &edges, &count, &total);
    for (uint64_t i = 0; i < count && listed < CLOSING_MAX; i++) {
        if (!(weak ? edges[i].weak && !edges[i].back : edges[i].opens))
            continue;
        edges[kept] = edges[i];
        if (is_said(opened, edges, kept++))
            continue;
        ret_pointers[listed] = edge_words(opened, shape, &edges[kept - 1]);
        listed += !is_listed(ret_pointers, listed);
    }
    free(edges);
    return listed;
}

uint32_t finding_pointers_closing(const struct opened *opened, const struct shape *shape,
                                  struct phrase ret_closing[CLOSING_MAX])
{
    return list_pointers(opened, shape, false, ret_closing);
}

uint32_t finding_pointers_weak(const struct opened *opened, const struct shape *shape,
                               struct phrase ret_weak[CLOSING_MAX])
{
    return list_pointers(opened, shape, true, ret_weak);
}

void finding_pointers_print_closing(const struct opened *opened, const struct shape *shape)
{
    struct phrase pointers[CLOSING_MAX];
    uint32_t closing = finding_pointers_closing(opened, shape, pointers);
    for (uint32_t i = 0; i < closing; i++)
        printf("    %-6s  %s\n", i ? "" : "closes", pointers[i].s);
    uint32_t weak = finding_pointers_weak(opened, shape, pointers);
    for (uint32_t i = 0; i < weak; i++)
        printf("    %-6s  %s\n", i ? "" : "weak", pointers[i].s);
    if (!closing)
        printf("            %s nothing: these blocks do not hold each other\n",
               weak ? "a weak_ptr owns" : "pointers back to a container own");
}

/* Pointers out of a cycle's members, looked at one by one. */
struct heaviest {
    struct phrase member; /* of the one to the largest block; "" where it has no name */
    uint64_t offset;
    uint64_t bytes;
    bool several; /* others lie in other members */
};

static void weigh(const struct opened *opened, uint32_t from, uint64_t edge,
                  struct heaviest *heaviest)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    uint64_t bytes = opened->dump->block_bytes[heap->graph.target[edge]];
    uint64_t offset = heap_graph_offset(heap, from, edge);
    struct phrase member = words_field(opened, from, offset);
    heaviest->several |= heaviest->bytes && strcmp(member.s, heaviest->member.s) != 0;
    if (bytes > heaviest->bytes) {
        heaviest->member = member;
        heaviest->offset = offset;
        heaviest->bytes = bytes;
    }
}

/* A lost block's pointer to what is not lost drags nothing along. */
static bool may_drag(const struct opened *opened, uint32_t from, uint32_t to)
{
    const struct verdicts *verdicts = &opened->analysis->verdicts;
    return block_kind_is_lost(verdicts_kind(verdicts, to)) ||
           !block_kind_is_lost(verdicts_kind(verdicts, from));
}

/* Of one block, all its pointers but those within its cycle. */
static void weigh_block(const struct opened *opened, uint32_t from, struct heaviest *heaviest)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    const struct cycles *cycles = &opened->analysis->cycles;
    uint32_t cycle = cycles_find(cycles, from);
    for (uint64_t e = heap->graph.begin[from]; e < heap->graph.begin[from + 1]; e++)
        if (heap_graph_is_pointer(heap, e) && may_drag(opened, from, heap->graph.target[e]) &&
            (cycle == CYCLE_NONE || cycles_find(cycles, heap->graph.target[e]) != cycle))
            weigh(opened, from, e, heaviest);
}

/* The example's, one step on. */
static void weigh_shape(const struct opened *opened, const struct shape *shape,
                        struct heaviest *heaviest)
{
    const struct cycles *cycles = &opened->analysis->cycles;
    const struct cycle *cycle = &cycles->cycle[shape->example];
    for (uint32_t m = 0; m < cycle->member_count && m < HOLDERS_MAX; m++)
        weigh_block(opened, cycles->member[cycle->first + m], heaviest);
}

struct phrase finding_pointers_by(const struct opened *opened, const struct finding *finding)
{
    const struct analysis *analysis = opened->analysis;
    struct heaviest heaviest = {.bytes = 0};
    if (finding->kind == FINDING_SHAPE)
        weigh_shape(opened, &analysis->shapes.shape[finding->index], &heaviest);
    else if (opened->dump->block_count && analysis->sites.site[finding->index].type &&
             opened_site_of(opened, finding->example) == finding->index)
        weigh_block(opened, finding->example, &heaviest);
    if (!*heaviest.member.s)
        return words_format("%s", "");
    return words_format("%sby %s +0x%02" PRIx64, heaviest.several ? "the largest " : "",
                        heaviest.member.s, heaviest.offset);
}
