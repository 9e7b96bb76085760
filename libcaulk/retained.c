/*
 * Cycles are often few, and hold little of the graph. So the condensed graph is built of what the
 * chosen components lead to alone: an edge into it from elsewhere makes its target an entry, as
 * whatever lies outside can be reached without any of the chosen.
 *
 * Components are numbered so that edges lead from higher numbers to lower: one pass downwards finds
 * what is led to.
 */
#include "libcaulk/retained.h"

#include <stdlib.h>

#include "libcaulk/dominators.h"

enum { LED_TO = 1, POINTED_TO = 2, ENTRY = 4 };

struct condensed {
    const struct graph *graph;
    const struct components *components;
    amount_fn *own;
    const void *context;
    uint8_t *flags;   /* component -> flags */
    uint32_t *number; /* component -> node of `small`, where it is led to */
    uint32_t count;
    struct graph_edge *edge;
    uint64_t edge_count;
    uint32_t *entry;
    uint32_t entry_count;
    struct graph small;
    struct dominators dominators;
};

/* Calls visit for each edge between two components, from those of the highest number downwards. */
static void visit_edges(struct condensed *condensed,
                        void (*visit)(struct condensed *, uint32_t from, uint32_t to))
{
    const struct components *components = condensed->components;
    const struct graph *graph = condensed->graph;
    for (uint32_t c = components->count; c-- > 0;) {
        for (uint32_t m = components->begin[c]; m < components->begin[c + 1]; m++) {
            uint32_t v = components->member[m];
            for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
                if (components->of[graph->target[e]] != c)
                    visit(condensed, c, components->of[graph->target[e]]);
        }
    }
}

static void lead_on(struct condensed *condensed, uint32_t from, uint32_t to)
{
    condensed->flags[to] |= POINTED_TO;
    if (condensed->flags[from] & LED_TO) {
        condensed->flags[to] |= LED_TO;
        condensed->edge_count++;
    }
}

static void sort_edge(struct condensed *condensed, uint32_t from, uint32_t to)
{
    if (condensed->flags[from] & LED_TO)
        condensed->edge[condensed->edge_count++] =
            (struct graph_edge){condensed->number[from], condensed->number[to]};
    else if (condensed->flags[to] & LED_TO)
        condensed->flags[to] |= ENTRY;
}

static void number_led_to(struct condensed *condensed, const uint8_t *entry)
{
    const struct components *components = condensed->components;
    for (uint32_t v = 0; entry && v < condensed->graph->node_count; v++)
        if (entry[v])
            condensed->flags[components->of[v]] |= ENTRY;
    for (uint32_t c = 0; c < components->count; c++) {
        if (!(condensed->flags[c] & POINTED_TO))
            condensed->flags[c] |= ENTRY;
        if (condensed->flags[c] & LED_TO)
            condensed->number[c] = condensed->count++;
    }
}

static void list_entries(struct condensed *condensed)
{
    for (uint32_t c = 0; c < condensed->components->count; c++)
        if ((condensed->flags[c] & (LED_TO | ENTRY)) == (LED_TO | ENTRY))
            condensed->entry[condensed->entry_count++] = condensed->number[c];
}

static bool condense(struct condensed *condensed, const uint8_t *entry, const uint32_t *chosen,
                     uint32_t chosen_count)
{
    size_t room = (size_t)condensed->components->count + 1;
    condensed->flags = calloc(room, 1);
    condensed->number = malloc(room * sizeof(*condensed->number));
    if (!condensed->flags || !condensed->number)
        return false;
    for (uint32_t i = 0; i < chosen_count; i++)
        condensed->flags[chosen[i]] |= LED_TO;
    visit_edges(condensed, lead_on);
    number_led_to(condensed, entry);

    condensed->edge = malloc((condensed->edge_count + 1) * sizeof(*condensed->edge));
    condensed->entry = malloc(((size_t)condensed->count + 1) * sizeof(*condensed->entry));
    if (!condensed->edge || !condensed->entry)
        return false;
    condensed->edge_count = 0;
    visit_edges(condensed, sort_edge);
    list_entries(condensed);
    return graph_from_edges(condensed->count, condensed->edge, condensed->edge_count,
                            &condensed->small);
}

static bool find_dominators(struct condensed *condensed)
{
    const struct dominators_entries entries = {
        .entry = condensed->entry, .tier_end = &condensed->entry_count, .tier_count = 1};
    return dominators_find(&condensed->small, &entries, &condensed->dominators);
}

static void condensed_finish(struct condensed *condensed)
{
    free(condensed->flags);
    free(condensed->number);
    free(condensed->edge);
    free(condensed->entry);
    graph_finish(&condensed->small);
    dominators_finish(&condensed->dominators);
}

static void sum_components(const struct condensed *condensed, struct amount *sum)
{
    const struct components *components = condensed->components;
    for (uint32_t v = 0; v < condensed->graph->node_count; v++) {
        uint32_t c = components->of[v];
        if (condensed->flags[c] & LED_TO)
            amount_add(&sum[condensed->dominators.number[condensed->number[c]]],
                       condensed->own(condensed->context, v));
    }
    dominators_sum(&condensed->dominators, sum);
}

static bool report(const struct condensed *condensed, const uint32_t *chosen, uint32_t chosen_count,
                   struct retained *ret_retained)
{
    size_t room = (size_t)condensed->dominators.reached + 1;
    struct amount *sum = calloc(room, sizeof(*sum));
    uint32_t *first = malloc(room * sizeof(*first));
    uint32_t *end = malloc(room * sizeof(*end));
    bool done = sum && first && end;
    if (done) {
        sum_components(condensed, sum);
        dominators_intervals(&condensed->dominators, first, end);
    }
    for (uint32_t i = 0; done && i < chosen_count; i++) {
        uint32_t number = condensed->dominators.number[condensed->number[chosen[i]]];
        ret_retained[i] = (struct retained){sum[number], first[number], end[number]};
    }
    free(sum);
    free(first);
    free(end);
    return done;
}

bool retained_find(const struct graph *graph, const struct components *components,
                   const uint8_t *entry, amount_fn *own, const void *context,
                   const uint32_t *chosen, uint32_t chosen_count, struct retained *ret_retained)
{
    struct condensed condensed = {
        .graph = graph, .components = components, .own = own, .context = context};
    bool done = condense(&condensed, entry, chosen, chosen_count) && find_dominators(&condensed) &&
                report(&condensed, chosen, chosen_count, ret_retained);
    condensed_finish(&condensed);
    return done;
}
