/* The search from the roots once more, without what may be stale: what it misses hangs on that. */
#include "libcaulk/stale_words.h"

#include <stdlib.h>

#include "libcaulk/reach.h"

struct work {
    const struct heap_graph *heap;
    const uint8_t *kind;
    uint8_t *leaks; /* stack node (of the caller) -> 1: blocks of its place are lost */
    uint8_t *words; /* block -> exact references from strong roots: 0, 1 or more */
};

static bool is_stack(const struct root *root)
{
    return root->kind == ROOT_STACK || root->kind == ROOT_ALTSTACK;
}

bool stale_words_is_weak(const struct dump *dump, const struct root *root)
{
    return root->kind == ROOT_REGISTERS || (is_stack(root) && root->owner != NO_OWNER &&
                                            dump->threads[root->owner].state == THREAD_UNPARKED);
}

static uint32_t place_of(const struct work *work, uint32_t block)
{
    return callers_of(&work->heap->callers, work->heap->dump->block_stack[block]);
}

static void note_leaks(struct work *work)
{
    for (uint32_t b = 0; b < work->heap->graph.node_count; b++)
        if (block_kind_is_lost((enum block_kind)work->kind[b]) && heap_graph_counts(work->heap, b))
            work->leaks[place_of(work, b)] = 1;
    work->leaks[0] = 0; /* where the stack is not known, nothing is alike */
}

static bool is_exact(const struct work *work, uint64_t ref)
{
    return EXACT_EDGES >> work->heap->ref_class[ref] & 1;
}

static void count_words(struct work *work)
{
    const struct dump *dump = work->heap->dump;
    for (uint32_t r = 0; r < dump->root_count; r++) {
        if (stale_words_is_weak(dump, &dump->roots[r]))
            continue;
        for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++) {
            uint8_t *words = &work->words[dump->refs.target[ref]];
            *words += is_exact(work, ref) && *words < 2;
        }
    }
}

/* Is it the one word that leads to a block of a place that leaks? */
static bool looks_stale(const struct work *work, uint32_t root, uint64_t ref)
{
    uint32_t block = work->heap->dump->refs.target[ref];
    return is_stack(&work->heap->dump->roots[root]) && work->words[block] == 1 &&
           work->leaks[place_of(work, block)];
}

static bool any_stale(const struct work *work)
{
    const struct dump *dump = work->heap->dump;
    for (uint32_t r = 0; r < dump->root_count; r++)
        for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++)
            if (is_exact(work, ref) && looks_stale(work, r, ref) &&
                !stale_words_is_weak(dump, &dump->roots[r]))
                return true;
    return false;
}

static void add_strong(const struct work *work, struct reach *reach)
{
    const struct dump *dump = work->heap->dump;
    for (uint32_t r = 0; r < dump->root_count; r++) {
        if (stale_words_is_weak(dump, &dump->roots[r]))
            continue;
        for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++)
            if (is_exact(work, ref) && !looks_stale(work, r, ref))
                reach_add(reach, dump->refs.target[ref]);
    }
    for (uint32_t b = 0; b < dump->block_count; b++)
        if (dump->block_flags[b] & BLOCK_RUNTIME)
            reach_add(reach, b);
}

static bool search(const struct work *work, struct amount *ret_weak)
{
    const struct heap_graph *heap = work->heap;
    struct reach reach;
    struct amount weak = {0, 0};
    if (!reach_init(&reach, heap->graph.node_count, false))
        return false;
    add_strong(work, &reach);
    reach_run(&reach, &heap->graph, (struct edge_choice){heap->edge_class, EXACT_EDGES});
    for (uint32_t b = 0; b < heap->graph.node_count; b++)
        if (work->kind[b] == KIND_REACHABLE && !reach.seen[b] && heap_graph_counts(heap, b))
            amount_add_block(&weak, heap->dump->block_bytes[b]);
    reach_finish(&reach);
    *ret_weak = weak;
    return true;
}

bool stale_words_find(const struct heap_graph *heap, const uint8_t *kind, bool *ret_found,
                      struct amount *ret_weak)
{
    struct work work = {.heap = heap,
                        .kind = kind,
                        .leaks = calloc((size_t)heap->dump->stack_count + 1, 1),
                        .words = calloc((size_t)heap->graph.node_count + 1, 1)};
    bool done = work.leaks && work.words, found = false;
    if (done) {
        note_leaks(&work);
        count_words(&work);
        found = any_stale(&work);
        done = !found || search(&work, ret_weak);
    }
    free(work.leaks);
    free(work.words);
    *ret_found = found;
    return done;
}
