/*
 * A search backwards from the block: whatever it meets leads there, and its parent in the search is
 * the next step of the shortest way. The queue's order is that of distance.
 */
#include "libcaulk/chain_all.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/reach.h"

struct search {
    const struct heap_graph *heap;
    const struct root_owners *owners;
    uint32_t wanted; /* edge classes to follow */
    struct reach back;
    uint32_t *place; /* block -> its place in the queue, where it was met */
    uint64_t *best;  /* root owner -> its reference to what is nearest; UINT64_MAX: none */
    struct chains chains;
};

static bool search_back(struct search *search, uint32_t block)
{
    const struct graph *graph = &search->heap->graph;
    struct subgraph chosen;
    struct graph reverse;
    uint8_t *keep = malloc((size_t)graph->node_count + 1);
    if (!keep)
        return false;
    memset(keep, 1, graph->node_count);
    bool cut = subgraph_init(&chosen, graph, keep,
                             (struct edge_choice){search->heap->edge_class, search->wanted});
    free(keep);
    if (!cut)
        return false;
    bool done = graph_reverse(&chosen.graph, &reverse);
    subgraph_finish(&chosen);
    if (!done)
        return false;
    reach_add(&search->back, block);
    reach_run(&search->back, &reverse, EVERY_EDGE);
    graph_finish(&reverse);
    for (uint32_t i = 0; i < search->back.count; i++)
        search->place[search->back.queue[i]] = i;
    return true;
}

static void find_nearest(struct search *search)
{
    const struct pointers *refs = &search->heap->dump->refs;
    for (uint64_t ref = 0; ref < refs->count; ref++) {
        uint32_t target = refs->target[ref];
        if (!search->back.seen[target] || !(search->wanted >> search->heap->ref_class[ref] & 1))
            continue;
        uint64_t *best = &search->best[search->owners->of_ref[ref]];
        search->chains.count += *best == UINT64_MAX;
        search->chains.words++;
        if (*best == UINT64_MAX || search->place[target] < search->place[refs->target[*best]])
            *best = ref;
    }
}

static uint32_t root_of_ref(const struct dump *dump, uint64_t ref)
{
    uint32_t low = 0, high = dump->root_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (dump->refs.begin[middle] <= ref)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool describe(const struct search *search, uint64_t ref, struct chain *ret_chain)
{
    const struct dump *dump = search->heap->dump;
    const struct root *root = &dump->roots[root_of_ref(dump, ref)];
    const uint32_t *next = search->back.parent;
    struct chain chain = {.root = root};
    for (uint32_t b = dump->refs.target[ref]; b != GRAPH_NONE; b = next[b])
        chain.length++;
    chain.link = malloc(chain.length * sizeof(*chain.link));
    if (!chain.link)
        return false;
    uint32_t i = 0;
    for (uint32_t b = dump->refs.target[ref]; b != GRAPH_NONE; b = next[b], i++) {
        chain.link[i] = (struct chain_link){.block = b, .offset = OFFSET_UNKNOWN};
        if (i)
            chain_describe_step(search->heap, search->wanted, chain.link[i - 1].block,
                                &chain.link[i]);
    }
    chain.link[0].offset = heap_graph_ref_offset(search->heap, root, ref);
    chain.link[0].exact = search->heap->ref_class[ref] == EDGE_EXACT;
    *ret_chain = chain;
    return true;
}

static int compare_chains(const void *left, const void *right)
{
    const struct chain *a = left, *b = right;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    if (a->root != b->root)
        return a->root < b->root ? -1 : 1;
    return (a->link[0].offset > b->link[0].offset) - (a->link[0].offset < b->link[0].offset);
}

static bool describe_all(struct search *search)
{
    uint32_t wanted = search->chains.count;
    search->chains.count = 0;
    search->chains.chain = malloc(((size_t)wanted + 1) * sizeof(*search->chains.chain));
    if (!search->chains.chain)
        return false;
    for (uint32_t o = 0; o < search->owners->count; o++) {
        if (search->best[o] == UINT64_MAX)
            continue;
        if (!describe(search, search->best[o], &search->chains.chain[search->chains.count]))
            return false;
        search->chains.count++;
    }
    qsort(search->chains.chain, search->chains.count, sizeof(*search->chains.chain),
          compare_chains);
    return true;
}

static bool find(struct search *search, uint32_t block)
{
    size_t owners_bytes = ((size_t)search->owners->count + 1) * sizeof(*search->best);
    uint32_t blocks = search->heap->graph.node_count;
    if (!reach_init(&search->back, blocks, true))
        return false;
    search->place = malloc(((size_t)blocks + 1) * sizeof(*search->place));
    search->best = malloc(owners_bytes);
    if (!search->place || !search->best || !search_back(search, block))
        return false;
    memset(search->best, 0xff, owners_bytes); /* UINT64_MAX */
    find_nearest(search);
    return describe_all(search);
}

bool chains_find(const struct heap_graph *heap, const struct verdicts *verdicts,
                 const struct root_owners *owners, uint32_t block, struct chains *ret_chains,
                 struct error *err)
{
    struct search search = {.heap = heap, .owners = owners};
    search.wanted = verdicts_kind(verdicts, block) == KIND_REACHABLE ? EXACT_EDGES : ALL_EDGES;
    bool done = find(&search, block);
    reach_finish(&search.back);
    free(search.place);
    free(search.best);
    if (!done) {
        chains_finish(&search.chains);
        return error_set(err, heap->dump->path, "out of memory for the chains");
    }
    *ret_chains = search.chains;
    return true;
}

void chains_finish(struct chains *chains)
{
    for (uint32_t i = 0; i < chains->count; i++)
        chain_finish(&chains->chain[i]);
    free(chains->chain);
    *chains = (struct chains){0};
}
