/*
 * The dump gives pointers with all that was seen about them; here the policy is applied, once, and
 * the rest of the library asks for a class of edge and knows no heuristic.
 *
 * A heap without declared edges and pools, nearly every one, is used where it lies: the graph
 * borrows the dump's columns. Otherwise the columns are copied with the extra edges at the end of
 * their block's.
 */
#include "libcaulk/heap_graph.h"

#include <stdlib.h>

#include "libcaulk/extra_edges.h"
#include "libcaulk/header_offsets.h"

#define WORDS_UNKNOWN UINT32_MAX
#define WORD_BYTES 8u

static enum edge_class classify(const struct header_offsets *header, const struct pointers *from,
                                uint64_t pointer)
{
    uint32_t offset = from->target_offset[pointer];
    if (from->witness[pointer] & WITNESS_LINK)
        return EDGE_NONE;
    if (!offset || from->witness[pointer] ||
        header_offsets_accept(header, from->target[pointer], offset))
        return EDGE_EXACT;
    return EDGE_INTERIOR;
}

/* An object that holds itself is another matter. */
static bool is_own_inside(const struct pointers *edges, uint32_t block, uint64_t edge)
{
    return edges->target[edge] == block && edges->target_offset[edge] != 0 &&
           !(edges->witness[edge] & WITNESS_OBJECT);
}

static bool classify_all(struct heap_graph *heap)
{
    const struct dump *dump = heap->dump;
    struct header_offsets header;
    if (!header_offsets_init(&header, dump, &heap->labels, &heap->callers))
        return false;
    heap->edge_class = malloc(dump->edges.count + 1);
    heap->ref_class = malloc(dump->refs.count + 1);
    bool done = heap->edge_class && heap->ref_class;
    for (uint32_t b = 0; done && b < dump->block_count; b++)
        for (uint64_t e = dump->edges.begin[b]; e < dump->edges.begin[b + 1]; e++)
            heap->edge_class[e] =
                is_own_inside(&dump->edges, b, e) ? EDGE_NONE : classify(&header, &dump->edges, e);
    for (uint64_t r = 0; done && r < dump->refs.count; r++)
        heap->ref_class[r] = classify(&header, &dump->refs, r);
    header_offsets_finish(&header);
    return done;
}

static void borrow_columns(struct heap_graph *heap)
{
    const struct pointers *edges = &heap->dump->edges;
    heap->graph = (struct graph){.node_count = heap->dump->block_count,
                                 .edge_count = edges->count,
                                 .begin = edges->begin,
                                 .target = edges->target,
                                 .borrowed = true};
    heap->edge_words = edges->source_words;
    heap->words_borrowed = true;
}

struct columns {
    uint64_t *begin;
    uint32_t *target;
    uint32_t *words;
    uint8_t *class;
};

static void fill_columns(const struct heap_graph *heap, const struct extra_edges *extra,
                         struct columns *to)
{
    const struct pointers *edges = &heap->dump->edges;
    uint64_t next = 0;
    uint64_t x = 0;
    for (uint32_t b = 0; b < heap->dump->block_count; b++) {
        to->begin[b] = next;
        for (uint64_t e = edges->begin[b]; e < edges->begin[b + 1]; e++, next++) {
            to->target[next] = edges->target[e];
            to->words[next] = edges->source_words[e];
            to->class[next] = heap->edge_class[e];
        }
        for (; x < extra->count && extra->edge[x].from == b; x++, next++) {
            to->target[next] = extra->edge[x].to;
            to->words[next] = WORDS_UNKNOWN;
            to->class[next] = extra->edge[x].declared ? EDGE_EXACT : EDGE_INSIDE;
        }
    }
    to->begin[heap->dump->block_count] = next;
}

static bool merge_columns(struct heap_graph *heap, const struct extra_edges *extra)
{
    uint64_t edge_count = heap->dump->edges.count + extra->count;
    uint64_t node_count = heap->dump->block_count;
    struct columns to = {.begin = malloc((node_count + 1) * sizeof(*to.begin)),
                         .target = malloc((edge_count + 1) * sizeof(*to.target)),
                         .words = malloc((edge_count + 1) * sizeof(*to.words)),
                         .class = malloc(edge_count + 1)};
    if (!to.begin || !to.target || !to.words || !to.class) {
        free(to.begin);
        free(to.target);
        free(to.words);
        free(to.class);
        return false;
    }
    fill_columns(heap, extra, &to);
    heap->graph = (struct graph){heap->dump->block_count, edge_count, to.begin, to.target, false};
    heap->edge_words = to.words;
    free(heap->edge_class);
    heap->edge_class = to.class;
    return true;
}

static bool add_extra_edges(struct heap_graph *heap)
{
    struct extra_edges extra;
    if (!extra_edges_init(&extra, heap->dump))
        return false;
    bool done = true;
    if (extra.count)
        done = merge_columns(heap, &extra);
    else
        borrow_columns(heap);
    heap->has_inside_edges = extra.count > extra.declared_count;
    heap->hollow = extra.hollow;
    extra.hollow = NULL;
    extra_edges_finish(&extra);
    return done;
}

bool heap_graph_init(struct heap_graph *heap, const struct dump *dump, struct error *err)
{
    *heap = (struct heap_graph){.dump = dump};
    if (labels_init(&heap->labels, dump) && callers_init(&heap->callers, dump) &&
        classify_all(heap) && add_extra_edges(heap))
        return true;
    heap_graph_finish(heap);
    return error_set(err, dump->path, "out of memory for the graph");
}

void heap_graph_finish(struct heap_graph *heap)
{
    labels_finish(&heap->labels);
    callers_finish(&heap->callers);
    graph_finish(&heap->graph);
    free(heap->edge_class);
    if (!heap->words_borrowed)
        free(heap->edge_words);
    free(heap->ref_class);
    free(heap->hollow);
    *heap = (struct heap_graph){0};
}

/* Pointers lie at multiples of 8; a block that does not start at one has its first further in. */
static uint64_t offset_of_word(uint64_t start, uint32_t words)
{
    return (uint64_t)words * WORD_BYTES + (-start & (WORD_BYTES - 1));
}

uint64_t heap_graph_offset(const struct heap_graph *heap, uint32_t from, uint64_t edge)
{
    if (heap->edge_words[edge] == WORDS_UNKNOWN)
        return OFFSET_UNKNOWN;
    return offset_of_word(heap->dump->block_address[from], heap->edge_words[edge]);
}

uint64_t heap_graph_ref_offset(const struct heap_graph *heap, const struct root *root, uint64_t ref)
{
    return offset_of_word(root->start, heap->dump->refs.source_words[ref]);
}
