/*
 * A breadth-first search with parents, from all roots at once. Its queue keeps the order in which
 * nodes were added, also among those of equal distance: so adding the references of the
 * preferred roots first is all it takes to prefer them.
 *
 * The search is over the whole heap, though it could stop at the block: it costs half a second
 * where there are 10,000,000 blocks.
 */
#include "libcaulk/chain.h"

#include <assert.h>
#include <stdlib.h>

#include "libcaulk/reach.h"

/* What is easiest to find in the program's text first. */
static const enum root_kind preference[] = {
    ROOT_GLOBAL,    ROOT_DECLARED, ROOT_TLS,     ROOT_THREAD,  ROOT_STACK, ROOT_ALTSTACK,
    ROOT_REGISTERS, ROOT_KERNEL,   ROOT_MAPPING, ROOT_RUNTIME, ROOT_SUMMED};
static_assert(sizeof(preference) / sizeof(*preference) == ROOT_KIND_END, "every kind has a place");

struct search {
    const struct heap_graph *heap;
    const struct verdicts *verdicts;
    uint32_t wanted; /* edge classes to follow */
    struct reach reach;
};

static void add_kind(struct search *search, enum root_kind kind)
{
    const struct dump *dump = search->heap->dump;
    for (uint32_t r = 0; r < dump->root_count; r++) {
        if (dump->roots[r].kind != kind)
            continue;
        for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++)
            if (search->wanted >> search->heap->ref_class[ref] & 1)
                reach_add(&search->reach, dump->refs.target[ref]);
    }
}

static void add_roots(struct search *search)
{
    const struct dump *dump = search->heap->dump;
    for (size_t i = 0; i < sizeof(preference) / sizeof(*preference); i++)
        add_kind(search, preference[i]);
    for (uint32_t b = 0; b < dump->block_count; b++)
        if (dump->block_flags[b] & BLOCK_RUNTIME)
            reach_add(&search->reach, b);
}

/* Sources by address; for what is suppressed, the ignored blocks. */
static void add_sources(struct search *search, enum block_kind kind)
{
    const struct dump *dump = search->heap->dump;
    for (uint32_t b = 0; b < dump->block_count; b++) {
        enum block_kind other = verdicts_kind(search->verdicts, b);
        if (kind == KIND_SUPPRESSED ? other == kind && dump->block_flags[b] & BLOCK_IGNORED
                                    : other == KIND_DEFINITE)
            reach_add(&search->reach, b);
    }
}

/* The root that gave the chain's first block: in order of preference, as they were added. */
static bool find_root(const struct search *search, struct chain *chain)
{
    const struct dump *dump = search->heap->dump;
    for (size_t i = 0; i < sizeof(preference) / sizeof(*preference); i++) {
        for (uint32_t r = 0; r < dump->root_count; r++) {
            const struct root *root = &dump->roots[r];
            if (root->kind != preference[i])
                continue;
            for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++) {
                enum edge_class class = search->heap->ref_class[ref];
                if (dump->refs.target[ref] != chain->link[0].block ||
                    !(search->wanted >> class & 1))
                    continue;
                chain->root = root;
                chain->link[0].offset = heap_graph_ref_offset(search->heap, root, ref);
                chain->link[0].exact = class == EDGE_EXACT;
                return true;
            }
        }
    }
    return false;
}

void chain_describe_step(const struct heap_graph *heap, uint32_t wanted, uint32_t holder,
                         struct chain_link *link)
{
    bool found = false;
    for (uint64_t e = heap->graph.begin[holder]; e < heap->graph.begin[holder + 1]; e++) {
        bool exact = EXACT_EDGES >> heap->edge_class[e] & 1;
        if (heap->graph.target[e] != link->block || !(wanted >> heap->edge_class[e] & 1) ||
            (found && (link->exact || !exact)))
            continue;
        link->offset = heap_graph_offset(heap, holder, e);
        link->exact = exact;
        found = true;
    }
}

static bool walk_back(const struct search *search, uint32_t block, struct chain *chain)
{
    uint32_t length = 0;
    for (uint32_t b = block; b != GRAPH_NONE; b = search->reach.parent[b])
        length++;
    chain->link = malloc(length * sizeof(*chain->link));
    if (!chain->link)
        return false;
    chain->length = length;
    for (uint32_t b = block; b != GRAPH_NONE; b = search->reach.parent[b])
        chain->link[--length] = (struct chain_link){.block = b, .offset = OFFSET_UNKNOWN};
    for (uint32_t i = 1; i < chain->length; i++)
        chain_describe_step(search->heap, search->wanted, chain->link[i - 1].block,
                            &chain->link[i]);
    return true;
}

static bool find(struct search *search, uint32_t block, struct chain *chain)
{
    enum block_kind kind = verdicts_kind(search->verdicts, block);
    bool alive = kind == KIND_REACHABLE || kind == KIND_POSSIBLE;
    if (!reach_init(&search->reach, search->heap->graph.node_count, true))
        return false;
    search->wanted = kind == KIND_REACHABLE ? EXACT_EDGES : ALL_EDGES;
    if (alive)
        add_roots(search);
    else
        add_sources(search, kind);
    reach_run(&search->reach, &search->heap->graph,
              (struct edge_choice){search->heap->edge_class, search->wanted});
    bool done = walk_back(search, block, chain);
    if (done && alive)
        find_root(search, chain);
    reach_finish(&search->reach);
    return done;
}

bool chain_find(const struct heap_graph *heap, const struct verdicts *verdicts, uint32_t block,
                struct chain *ret_chain, struct error *err)
{
    struct search search = {.heap = heap, .verdicts = verdicts};
    struct chain chain = {0};
    if (!find(&search, block, &chain))
        return error_set(err, heap->dump->path, "out of memory for the chain");
    *ret_chain = chain;
    return true;
}

void chain_finish(struct chain *chain)
{
    free(chain->link);
    *chain = (struct chain){0};
}
