/*
 * Three searches decide. The first follows exact edges from the roots; what its queue holds is
 * reachable. The second goes on from there through every edge; what it adds is possible. What
 * neither met is lost.
 *
 * Among the lost, whoever holds whom is the graph of their components: a component without a holder
 * outside is a source. The third search starts from the sources in order of address, each claiming
 * what no lower one has reached, so every block is claimed by the lowest source that reaches it:
 * what a lower source claimed, it claimed with everything behind it. It starts at no component with
 * an ignored block and enters no ignored block, so what it does not meet is what only ignored
 * blocks own.
 */
#include "libcaulk/verdicts.h"

#include <stdlib.h>

#include "libcaulk/reach.h"
#include "libcaulk/stale_words.h"

const char *block_kind_name(enum block_kind kind)
{
    static const char *const name[KIND_COUNT] = {"definite", "indirect", "possible", "reachable",
                                                 "suppressed"};
    return name[kind];
}

static void add_referenced(struct reach *reach, const struct heap_graph *heap, uint32_t wanted,
                           bool strong_only)
{
    const struct dump *dump = heap->dump;
    for (uint32_t r = 0; r < dump->root_count; r++) {
        if (strong_only && stale_words_is_weak(dump, &dump->roots[r]))
            continue;
        for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++)
            if (wanted >> heap->ref_class[ref] & 1)
                reach_add(reach, dump->refs.target[ref]);
    }
}

static void add_runtime(struct reach *reach, const struct dump *dump)
{
    for (uint32_t b = 0; b < dump->block_count; b++)
        if (dump->block_flags[b] & BLOCK_RUNTIME)
            reach_add(reach, b);
}

/* The first step of what is possible: interior pointers in blocks that are reachable. In order of
 * address, as memory likes it; that this meets blocks added on the way does no harm, since every
 * edge of theirs will be followed. */
static void add_pointed_inside(struct reach *reach, const struct heap_graph *heap)
{
    for (uint32_t b = 0; b < heap->graph.node_count; b++) {
        if (!reach->seen[b])
            continue;
        for (uint64_t e = heap->graph.begin[b]; e < heap->graph.begin[b + 1]; e++)
            if (heap->edge_class[e] == EDGE_INTERIOR)
                reach_add(reach, heap->graph.target[e]);
    }
}

static bool find_alive(struct verdicts *verdicts, const struct heap_graph *heap)
{
    struct reach reach;
    if (!reach_init(&reach, heap->graph.node_count, false))
        return false;
    struct edge_choice exact = {heap->edge_class, EXACT_EDGES};
    struct edge_choice all = {heap->edge_class, ALL_EDGES};
    add_referenced(&reach, heap, EXACT_EDGES, true);
    add_runtime(&reach, heap->dump);
    reach_run(&reach, &heap->graph, exact);

    uint32_t strong = reach.count;
    add_referenced(&reach, heap, EXACT_EDGES, false);
    reach_run(&reach, &heap->graph, exact);
    for (uint32_t i = strong; i < reach.count; i++)
        if (heap_graph_counts(heap, reach.queue[i]))
            amount_add_block(&verdicts->weak, heap->dump->block_bytes[reach.queue[i]]);

    /* what turns out to be lost is told apart from what is possible by judge_lost() */
    for (uint32_t b = 0; b < heap->graph.node_count; b++)
        verdicts->kind[b] = reach.seen[b] ? KIND_REACHABLE : KIND_POSSIBLE;

    add_referenced(&reach, heap, ALL_EDGES, false);
    add_pointed_inside(&reach, heap);
    reach_run(&reach, &heap->graph, all);
    for (uint32_t b = 0; b < heap->graph.node_count; b++)
        reach.seen[b] = !reach.seen[b];
    bool done = subgraph_init(&verdicts->lost, &heap->graph, reach.seen, all);
    reach_finish(&reach);
    return done;
}

/* Component flags. */
enum { HELD = 1, IGNORED = 2 };

static bool is_ignored(const struct verdicts *verdicts, const struct dump *dump, uint32_t node)
{
    return dump->block_flags[verdicts->lost.node[node]] & BLOCK_IGNORED;
}

static void flag_components(const struct verdicts *verdicts, const struct dump *dump,
                            uint8_t *flags)
{
    const struct graph *graph = &verdicts->lost.graph;
    const uint32_t *of = verdicts->components.of;
    for (uint32_t v = 0; v < graph->node_count; v++) {
        if (is_ignored(verdicts, dump, v))
            flags[of[v]] |= IGNORED;
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            if (of[graph->target[e]] != of[v])
                flags[of[graph->target[e]]] |= HELD;
    }
}

struct claims {
    struct verdicts *verdicts;
    const struct dump *dump;
    uint32_t *queue; /* room for all lost nodes */
    uint32_t count;
};

/* What one node holds and no source has claimed yet. */
static void claim_held(struct claims *claims, uint32_t node, uint32_t source)
{
    const struct graph *graph = &claims->verdicts->lost.graph;
    for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++) {
        uint32_t to = graph->target[e];
        if (claims->verdicts->source[to] != GRAPH_NONE ||
            is_ignored(claims->verdicts, claims->dump, to))
            continue;
        claims->verdicts->source[to] = source;
        claims->queue[claims->count++] = to;
    }
}

/* What a source component reaches and no lower one has, counted under `source`. Its members need no
 * search, as each reaches all the others: they are taken in order, which memory likes. */
static void claim(struct claims *claims, uint32_t source)
{
    const struct components *components = &claims->verdicts->components;
    uint32_t own = components->of[source];
    const uint32_t *member = &components->member[components->begin[own]];
    uint32_t size = components_size(components, own);
    claims->count = 0;
    for (uint32_t m = 0; m < size; m++)
        claims->verdicts->source[member[m]] = member[m];
    for (uint32_t m = 0; m < size; m++)
        claim_held(claims, member[m], source);
    for (uint32_t done = 0; done < claims->count; done++)
        claim_held(claims, claims->queue[done], source);
}

static void claim_all(struct verdicts *verdicts, const struct heap_graph *heap,
                      const uint8_t *flags, uint32_t *queue)
{
    const struct subgraph *lost = &verdicts->lost;
    struct claims claims = {.verdicts = verdicts, .dump = heap->dump, .queue = queue};
    for (uint32_t v = 0; v < lost->graph.node_count; v++)
        verdicts->source[v] = GRAPH_NONE;
    for (uint32_t v = 0; v < lost->graph.node_count; v++)
        if (!flags[verdicts->components.of[v]] && verdicts->source[v] == GRAPH_NONE &&
            heap_graph_counts(heap, lost->node[v]))
            claim(&claims, v);
    for (uint32_t v = 0; v < lost->graph.node_count; v++)
        verdicts->kind[lost->node[v]] = verdicts->source[v] == GRAPH_NONE          ? KIND_SUPPRESSED
                                        : flags[verdicts->components.of[v]] & HELD ? KIND_INDIRECT
                                                                                   : KIND_DEFINITE;
}

static bool judge_lost(struct verdicts *verdicts, const struct heap_graph *heap)
{
    size_t room = (size_t)verdicts->lost.graph.node_count + 1;
    if (!components_find(&verdicts->lost.graph, &verdicts->components))
        return false;
    verdicts->source = malloc(room * sizeof(*verdicts->source));
    uint32_t *queue = malloc(room * sizeof(*queue));
    uint8_t *flags = calloc((size_t)verdicts->components.count + 1, 1);
    bool done = verdicts->source && queue && flags;
    if (done) {
        flag_components(verdicts, heap->dump, flags);
        claim_all(verdicts, heap, flags, queue);
    }
    free(queue);
    free(flags);
    return done;
}

/* Of blocks that are only summed nothing is known but what the tracker found weak. */
static bool find_stale(struct verdicts *verdicts, const struct heap_graph *heap)
{
    struct amount weak;
    bool found;
    if (heap->dump->process.only_lost)
        return true;
    if (!stale_words_find(heap, verdicts->kind, &found, &weak))
        return false;
    if (found) {
        verdicts->weak_words =
            (struct amount){weak.blocks - verdicts->weak.blocks, weak.bytes - verdicts->weak.bytes};
        verdicts->weak = weak;
    }
    return true;
}

bool verdicts_init(struct verdicts *verdicts, const struct heap_graph *heap, struct error *err)
{
    *verdicts = (struct verdicts){.kind = malloc((size_t)heap->graph.node_count + 1),
                                  .weak = {heap->dump->weak_blocks, heap->dump->weak_bytes}};
    if (verdicts->kind && find_alive(verdicts, heap) && judge_lost(verdicts, heap) &&
        find_stale(verdicts, heap))
        return true;
    verdicts_finish(verdicts);
    return error_set(err, heap->dump->path, "out of memory for the verdicts");
}

void verdicts_finish(struct verdicts *verdicts)
{
    free(verdicts->kind);
    subgraph_finish(&verdicts->lost);
    components_finish(&verdicts->components);
    free(verdicts->source);
    *verdicts = (struct verdicts){0};
}
