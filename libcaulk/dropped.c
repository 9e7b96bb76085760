/* Each block that is wanted has room for the best holder found so far. */
#include "libcaulk/dropped.h"

#include <stdlib.h>

/* Better holders first; an interior pointer is the next but one worse. */
enum rank { RANK_ROOT = 0, RANK_BLOCK = 2, RANK_FREED = 4, RANK_BORROWER = 6, RANK_NONE = 255 };

struct search {
    const struct dump_pair *pair;
    const struct analysis *old, *new;
    uint8_t *rank;   /* new block -> of the holder found, RANK_NONE: none yet */
    uint32_t *place; /* new block -> in list, or PAIR_NONE: not wanted */
    struct dropped *list;
    uint64_t count;
};

static bool is_alive(const struct verdicts *verdicts, uint32_t block)
{
    enum block_kind kind = verdicts_kind(verdicts, block);
    return kind == KIND_REACHABLE || kind == KIND_POSSIBLE;
}

static bool is_leak(const struct search *search, uint32_t block)
{
    const struct analysis *new = search->new;
    return verdicts_kind(&new->verdicts, block) == KIND_DEFINITE &&
           !pending_is(&new->pending, &new->verdicts, block);
}

/* Its memory waited in a free list of CPython's then: it was another object. */
static bool was_freed(const struct search *search, uint32_t before)
{
    const struct dump *dump = search->old->dump;
    const struct typed_block *typed = dump_find_type(dump, before);
    return typed && typed->uses == 0 && dump_type_is_python(dump->types[typed->type].kind);
}

static bool is_wanted(const struct search *search, uint32_t block)
{
    uint32_t before = search->pair->in_old[block];
    return is_leak(search, block) && before != PAIR_NONE &&
           is_alive(&search->old->verdicts, before) && !was_freed(search, before);
}

static bool list_wanted(struct search *search)
{
    uint32_t blocks = search->new->heap.graph.node_count;
    search->rank = malloc((size_t)blocks + 1);
    search->place = malloc(((size_t)blocks + 1) * sizeof(*search->place));
    if (!search->rank || !search->place)
        return false;
    for (uint32_t b = 0; b < blocks; b++) {
        search->rank[b] = RANK_NONE;
        search->place[b] = is_wanted(search, b) ? (uint32_t)search->count++ : PAIR_NONE;
    }
    search->list = malloc((search->count + 1) * sizeof(*search->list));
    return search->list != NULL;
}

static void note(struct search *search, struct dropped dropped, enum rank rank, bool exact)
{
    uint8_t better = (uint8_t)(rank + !exact);
    if (better >= search->rank[dropped.block])
        return;
    search->rank[dropped.block] = better;
    search->list[search->place[dropped.block]] = dropped;
}

/* Does the holder point to the block at the same place still? */
static bool points_still(const struct search *search, uint32_t holder, uint64_t offset,
                         uint32_t block)
{
    const struct graph *graph = &search->new->heap.graph;
    for (uint64_t e = graph->begin[holder]; e < graph->begin[holder + 1]; e++)
        if (graph->target[e] == block && heap_graph_offset(&search->new->heap, holder, e) == offset)
            return true;
    return false;
}

static void visit_edge(struct search *search, uint32_t from, uint64_t edge)
{
    const struct heap_graph *heap = &search->old->heap;
    uint32_t block = search->pair->in_new[heap->graph.target[edge]];
    if (block == PAIR_NONE || search->place[block] == PAIR_NONE ||
        !heap_graph_is_pointer(heap, edge))
        return;
    uint32_t now = search->pair->in_new[from];
    struct dropped dropped = {.block = block,
                              .holder = from,
                              .offset = heap_graph_offset(heap, from, edge),
                              .freed = now == PAIR_NONE};
    if (dropped.freed || !points_still(search, now, dropped.offset, block))
        note(search, dropped, dropped.freed ? RANK_FREED : RANK_BLOCK,
             heap->edge_class[edge] == EDGE_EXACT);
}

/* No root leads to what is lost: each that did has let go. */
static void visit_ref(struct search *search, const struct root *root, uint64_t ref)
{
    const struct heap_graph *heap = &search->old->heap;
    uint32_t block = search->pair->in_new[heap->dump->refs.target[ref]];
    bool borrows =
        root->kind == ROOT_STACK || root->kind == ROOT_ALTSTACK || root->kind == ROOT_REGISTERS;
    if (block == PAIR_NONE || search->place[block] == PAIR_NONE)
        return;
    struct dropped dropped = {.block = block,
                              .holder = GRAPH_NONE,
                              .root = root,
                              .offset = heap_graph_ref_offset(heap, root, ref)};
    note(search, dropped, borrows ? RANK_BORROWER : RANK_ROOT, heap->ref_class[ref] == EDGE_EXACT);
}

static void visit_all(struct search *search)
{
    const struct heap_graph *heap = &search->old->heap;
    for (uint32_t b = 0; b < heap->graph.node_count; b++)
        if (is_alive(&search->old->verdicts, b))
            for (uint64_t e = heap->graph.begin[b]; e < heap->graph.begin[b + 1]; e++)
                visit_edge(search, b, e);
    for (uint32_t r = 0; r < heap->dump->root_count; r++)
        for (uint64_t ref = heap->dump->refs.begin[r]; ref < heap->dump->refs.begin[r + 1]; ref++)
            visit_ref(search, &heap->dump->roots[r], ref);
}

static bool is_new(const struct search *search, uint32_t block)
{
    uint32_t before = search->pair->in_old[block];
    return before == PAIR_NONE || was_freed(search, before);
}

/* Leaves out what no holder was found for: members of a cycle that only the others hold were lost
 * with them. */
static void keep_found(struct search *search, struct dropped_list *list)
{
    for (uint32_t b = 0; b < search->new->heap.graph.node_count; b++) {
        if (search->rank[b] != RANK_NONE)
            list->dropped[list->count++] = search->list[search->place[b]];
        else if (is_leak(search, b) && is_new(search, b) &&
                 heap_graph_counts(&search->new->heap, b))
            amount_add_block(&list->unknown, search->new->dump->block_bytes[b]);
    }
}

bool dropped_find(const struct dump_pair *pair, const struct analysis *old,
                  const struct analysis *new, struct dropped_list *ret_list, struct error *err)
{
    struct search search = {.pair = pair, .old = old, .new = new};
    bool done = list_wanted(&search);
    if (done) {
        /* what is found moves to the front: by block, so never past where it lies */
        struct dropped_list list = {.dropped = search.list};
        visit_all(&search);
        keep_found(&search, &list);
        *ret_list = list;
    }
    free(search.rank);
    free(search.place);
    return done || error_set(err, new->dump->path, "out of memory for who dropped what");
}

void dropped_finish(struct dropped_list *list)
{
    free(list->dropped);
    *list = (struct dropped_list){0};
}
