/*
 * The queue is the result too: each node enters it once, so an array of n entries never overflows,
 * and the order of discovery comes for free.
 *
 * A heap's blocks are visited in an order that the caches know nothing of. Looking a few entries
 * ahead in the queue hides most of the misses on `begin`.
 */
#include "libcaulk/reach.h"

#include <stdlib.h>

#define LOOK_AHEAD 16

bool reach_init(struct reach *reach, uint32_t node_count, bool with_parents)
{
    size_t room = (size_t)node_count + 1;
    struct reach made = {.seen = calloc(room, sizeof(*made.seen)),
                         .queue = malloc(room * sizeof(*made.queue)),
                         .parent = with_parents ? malloc(room * sizeof(*made.parent)) : NULL};
    if (!made.seen || !made.queue || (with_parents && !made.parent)) {
        reach_finish(&made);
        return false;
    }
    *reach = made;
    return true;
}

void reach_finish(struct reach *reach)
{
    free(reach->seen);
    free(reach->queue);
    free(reach->parent);
    *reach = (struct reach){0};
}

static void expand(struct reach *reach, const struct graph *graph, struct edge_choice choice,
                   uint32_t node)
{
    for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++) {
        uint32_t to = graph->target[e];
        if (reach->seen[to] || !edge_chosen(choice, e))
            continue;
        reach->seen[to] = 1;
        if (reach->parent)
            reach->parent[to] = node;
        reach->queue[reach->count++] = to;
    }
}

void reach_run(struct reach *reach, const struct graph *graph, struct edge_choice choice)
{
    while (reach->done < reach->count) {
        if (reach->done + LOOK_AHEAD < reach->count)
            __builtin_prefetch(&graph->begin[reach->queue[reach->done + LOOK_AHEAD]]);
        expand(reach, graph, choice, reach->queue[reach->done++]);
    }
}
