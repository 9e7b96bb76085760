/* See pending.h. */
#include "libcaulk/pending.h"

#include <stdlib.h>

#define IMMORTAL_USES (1u << 31) /* from there on CPython 3.12 does not count */

struct judging {
    const struct heap_graph *heap;
    const struct verdicts *verdicts;
    uint32_t *pointers; /* lost node -> how many lost blocks' pointers to its object there are */
    uint8_t *collected; /* component -> 1: has an object of the collector's */
    uint8_t *kept;      /* lost node -> 1: lost for good */
    uint32_t *queue;
    uint32_t count;
};

static uint32_t node_of(const struct judging *judging, uint32_t block)
{
    return judging->verdicts->lost.number[block];
}

static bool hits_object(const struct dump *dump, uint64_t edge)
{
    return !dump->edges.target_offset[edge] || dump->edges.witness[edge] & WITNESS_OBJECT;
}

static void count_pointers(struct judging *judging)
{
    const struct dump *dump = judging->heap->dump;
    const struct subgraph *lost = &judging->verdicts->lost;
    for (uint32_t v = 0; v < lost->graph.node_count; v++) {
        uint32_t block = lost->node[v];
        for (uint64_t e = dump->edges.begin[block]; e < dump->edges.begin[block + 1]; e++)
            if (!(dump->edges.witness[e] & WITNESS_LINK) && hits_object(dump, e) &&
                node_of(judging, dump->edges.target[e]) != GRAPH_NONE)
                judging->pointers[node_of(judging, dump->edges.target[e])]++;
    }
}

static void keep(struct judging *judging, uint32_t node)
{
    if (judging->kept[node])
        return;
    judging->kept[node] = 1;
    judging->queue[judging->count++] = node;
}

static void judge_objects(struct judging *judging)
{
    const struct dump *dump = judging->heap->dump;
    for (uint32_t i = 0; i < dump->typed_count; i++) {
        const struct typed_block *typed = &dump->typed[i];
        enum type_kind kind = dump->types[typed->type].kind;
        uint32_t node = node_of(judging, typed->block);
        if (node == GRAPH_NONE || !dump_type_is_python(kind))
            continue;
        if (dump_type_is_linked(kind) && typed->uses)
            judging->collected[judging->verdicts->components.of[node]] = 1;
        if (typed->uses > judging->pointers[node] && typed->uses < IMMORTAL_USES)
            keep(judging, node);
    }
}

static void judge_sources(struct judging *judging)
{
    const struct verdicts *verdicts = judging->verdicts;
    for (uint32_t v = 0; v < verdicts->lost.graph.node_count; v++)
        if (verdicts_kind(verdicts, verdicts->lost.node[v]) != KIND_INDIRECT &&
            !judging->collected[verdicts->components.of[v]])
            keep(judging, v);
}

static void spread(struct judging *judging)
{
    const struct graph *graph = &judging->verdicts->lost.graph;
    for (uint32_t done = 0; done < judging->count; done++) {
        uint32_t node = judging->queue[done];
        for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++)
            keep(judging, graph->target[e]);
    }
}

static void take(struct pending *pending, const struct judging *judging)
{
    const struct subgraph *lost = &judging->verdicts->lost;
    for (uint32_t v = 0; v < lost->graph.node_count; v++) {
        uint32_t block = lost->node[v];
        pending->node[v] =
            !judging->kept[v] && block_kind_is_lost(verdicts_kind(judging->verdicts, block));
        if (pending->node[v] && heap_graph_counts(judging->heap, block))
            amount_add_block(&pending->amount, judging->heap->dump->block_bytes[block]);
    }
}

bool pending_init(struct pending *pending, const struct heap_graph *heap,
                  const struct verdicts *verdicts)
{
    *pending = (struct pending){0};
    const struct python_collector *python = &heap->dump->python;
    if (!python->found || python->collector == COLLECTOR_OFF)
        return true;
    size_t nodes = (size_t)verdicts->lost.graph.node_count + 1;
    struct judging judging = {
        .heap = heap,
        .verdicts = verdicts,
        .pointers = calloc(nodes, sizeof(*judging.pointers)),
        .collected = calloc((size_t)verdicts->components.count + 1, 1),
        .kept = calloc(nodes, 1),
        .queue = malloc(nodes * sizeof(*judging.queue)),
    };
    pending->node = malloc(nodes);
    bool done =
        pending->node && judging.pointers && judging.collected && judging.kept && judging.queue;
    if (done) {
        count_pointers(&judging);
        judge_objects(&judging);
        judge_sources(&judging);
        spread(&judging);
        take(pending, &judging);
    }
    free(judging.pointers);
    free(judging.collected);
    free(judging.kept);
    free(judging.queue);
    return done;
}

void pending_finish(struct pending *pending)
{
    free(pending->node);
    *pending = (struct pending){0};
}
