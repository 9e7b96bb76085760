/*
 * Three tiers of entries: roots that last (and the runtime's own blocks), then stacks and
 * registers, then what is lost. Of the lost, the source components: one that is a cycle becomes a
 * head above its members, so that none of them is made the leader by chance; of another, a single
 * block nearly always, the first member that counts.
 */
#include "libcaulk/owners.h"

#include <assert.h>
#include <stdlib.h>

struct making {
    struct owners *owners;
    const struct verdicts *verdicts;
    const struct cycles *cycles;
    uint8_t *held; /* lost component -> 1: another one points to it */
    struct graph heads;
    uint32_t *entry;
    uint32_t entry_count;
    uint32_t tier_end[3];
};

static void find_held(struct making *making)
{
    const struct graph *graph = &making->verdicts->lost.graph;
    const uint32_t *of = making->verdicts->components.of;
    for (uint32_t v = 0; v < graph->node_count; v++)
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            if (of[graph->target[e]] != of[v])
                making->held[of[graph->target[e]]] = 1;
}

/* Pools and ignored blocks make source components that are no cycles, or more than one. */
static bool is_source_cycle(const struct making *making, const struct cycle *cycle)
{
    const struct verdicts *verdicts = making->verdicts;
    uint32_t first = verdicts->lost.number[making->cycles->member[cycle->first]];
    uint32_t component = verdicts->components.of[first];
    return !making->held[component] &&
           cycle->member_count == components_size(&verdicts->components, component);
}

static bool has_head(const struct making *making, uint32_t component)
{
    const struct components *components = &making->verdicts->components;
    uint32_t first = components->member[components->begin[component]];
    uint32_t cycle = cycles_find(making->cycles, making->verdicts->lost.node[first]);
    return cycle != CYCLE_NONE && is_source_cycle(making, &making->cycles->cycle[cycle]);
}

static bool list_cycles(struct making *making)
{
    struct owners *owners = making->owners;
    owners->cycle = malloc(((size_t)making->cycles->lost_count + 1) * sizeof(*owners->cycle));
    if (!owners->cycle)
        return false;
    for (uint32_t i = 0; i < making->cycles->lost_count; i++)
        if (is_source_cycle(making, &making->cycles->cycle[i]))
            owners->cycle[owners->cycle_count++] = i;
    return true;
}

static bool make_heads(struct making *making)
{
    const struct owners *owners = making->owners;
    const struct dump *dump = owners->heap->dump;
    uint64_t count = dump->refs.count, room = count;
    for (uint32_t i = 0; i < owners->cycle_count; i++)
        room += making->cycles->cycle[owners->cycle[i]].member_count;
    struct graph_edge *edge = malloc((room + 1) * sizeof(*edge));
    if (!edge)
        return false;
    for (uint64_t ref = 0; ref < dump->refs.count; ref++)
        edge[ref] = (struct graph_edge){owners->roots.of_ref[ref], dump->refs.target[ref]};
    for (uint32_t i = 0; i < owners->cycle_count; i++) {
        const struct cycle *cycle = &making->cycles->cycle[owners->cycle[i]];
        for (uint32_t m = 0; m < cycle->member_count; m++)
            edge[count++] = (struct graph_edge){owners->roots.count + i,
                                                making->cycles->member[cycle->first + m]};
    }
    bool done =
        graph_from_edges(owners->roots.count + owners->cycle_count, edge, count, &making->heads);
    free(edge);
    return done;
}

static void add_entry(struct making *making, uint32_t node)
{
    making->entry[making->entry_count++] = node;
}

static void add_roots(struct making *making, bool borrows)
{
    const struct owners *owners = making->owners;
    for (uint32_t r = 0; r < owners->roots.count; r++)
        if (owners->roots.owner[r].borrows == borrows)
            add_entry(making, owners->heap->graph.node_count + r);
}

static void add_runtime(struct making *making)
{
    const struct dump *dump = making->owners->heap->dump;
    for (uint32_t b = 0; b < dump->block_count; b++)
        if (dump->block_flags[b] & BLOCK_RUNTIME)
            add_entry(making, b);
}

static void add_lost(struct making *making)
{
    const struct owners *owners = making->owners;
    const struct components *components = &making->verdicts->components;
    for (uint32_t i = 0; i < owners->cycle_count; i++)
        add_entry(making, owners->heap->graph.node_count + owners->roots.count + i);
    for (uint32_t c = 0; c < components->count; c++) {
        if (making->held[c] || has_head(making, c))
            continue;
        uint32_t m = components->begin[c];
        while (m + 1 < components->begin[c + 1] &&
               !heap_graph_counts(owners->heap, making->verdicts->lost.node[components->member[m]]))
            m++;
        add_entry(making, making->verdicts->lost.node[components->member[m]]);
    }
}

static bool find_dominators(struct making *making)
{
    struct owners *owners = making->owners;
    size_t room = (size_t)owners->roots.count + making->verdicts->components.count;
    for (uint32_t b = 0; b < owners->heap->graph.node_count; b++)
        room += (owners->heap->dump->block_flags[b] & BLOCK_RUNTIME) != 0;
    making->entry = malloc((room + 1) * sizeof(*making->entry));
    if (!making->entry)
        return false;
    add_roots(making, false);
    add_runtime(making);
    making->tier_end[0] = making->entry_count;
    add_roots(making, true);
    making->tier_end[1] = making->entry_count;
    add_lost(making);
    making->tier_end[2] = making->entry_count;
    const struct dominators_entries entries = {.heads = &making->heads,
                                               .entry = making->entry,
                                               .tier_end = making->tier_end,
                                               .tier_count = 3};
    return dominators_find(&owners->heap->graph, &entries, &owners->dominators);
}

/* The searches came to what a tier has after all of the tiers before. */
static uint32_t find_first(const struct making *making, int tier)
{
    const struct dominators *dominators = &making->owners->dominators;
    uint32_t first = dominators->reached + 1;
    for (uint32_t i = making->tier_end[tier - 1]; i < making->entry_count; i++)
        if (dominators->number[making->entry[i]] < first)
            first = dominators->number[making->entry[i]];
    return first;
}

static bool sum_up(struct owners *owners)
{
    const struct heap_graph *heap = owners->heap;
    const struct dominators *dominators = &owners->dominators;
    owners->retained = calloc((size_t)dominators->reached + 1, sizeof(*owners->retained));
    if (!owners->retained)
        return false;
    for (uint32_t b = 0; b < heap->graph.node_count; b++)
        if (heap_graph_counts(heap, b))
            amount_add_block(&owners->retained[dominators->number[b]], heap->dump->block_bytes[b]);
    dominators_sum(dominators, owners->retained);
    return true;
}

bool owners_init(struct owners *owners, const struct heap_graph *heap,
                 const struct verdicts *verdicts, const struct cycles *cycles,
                 struct symbolizer *symbolizer, struct error *err)
{
    *owners = (struct owners){.heap = heap};
    struct making making = {.owners = owners, .verdicts = verdicts, .cycles = cycles};
    if (!root_owners_init(&owners->roots, heap->dump, symbolizer, err))
        return false;
    making.held = calloc((size_t)verdicts->components.count + 1, 1);
    if (making.held)
        find_held(&making);
    bool done = making.held && list_cycles(&making) && make_heads(&making) &&
                find_dominators(&making) && sum_up(owners);
    if (done) {
        for (uint32_t i = 0; i < heap->dump->sum_count; i++)
            amount_add(&owners->retained[0],
                       (struct amount){heap->dump->sums[i].blocks, heap->dump->sums[i].bytes});
        owners->first_borrowed = find_first(&making, 1);
        owners->first_lost = find_first(&making, 2);
    }
    free(making.held);
    free(making.entry);
    graph_finish(&making.heads);
    if (done)
        return true;
    owners_finish(owners);
    return error_set(err, heap->dump->path, "out of memory for the owners");
}

/* Groups of blocks while what they retain is added up. */
struct grouping {
    owners_group_fn *group_of;
    const void *context;
    uint32_t *end; /* of a group's subtree that was the last to count; a place in preorder */
    struct amount *retained;
};

/* In preorder what a node dominates follows it: a group's block counts where the last one that did
 * has come to its end. */
static void add_subtrees(const struct owners *owners, const uint32_t *number_at,
                         const uint32_t *end, struct grouping *grouping)
{
    for (uint32_t place = 1; place <= owners->dominators.reached; place++) {
        uint32_t number = number_at[place];
        uint32_t block = owners->dominators.node[number];
        if (block >= owners->heap->graph.node_count || !heap_graph_counts(owners->heap, block))
            continue;
        uint32_t group = grouping->group_of(grouping->context, block);
        if (group == OWNERS_NO_GROUP || place < grouping->end[group])
            continue;
        grouping->end[group] = end[number];
        amount_add(&grouping->retained[group], owners->retained[number]);
    }
}

bool owners_by_group(const struct owners *owners, owners_group_fn *group_of, const void *context,
                     uint32_t group_count, struct amount *ret_retained, struct error *err)
{
    size_t room = (size_t)owners->dominators.reached + 1;
    uint32_t *first = malloc(room * sizeof(*first));
    uint32_t *end = malloc(room * sizeof(*end));
    uint32_t *number_at = malloc(room * sizeof(*number_at));
    struct grouping grouping = {.group_of = group_of,
                                .context = context,
                                .end = calloc((size_t)group_count + 1, sizeof(*grouping.end)),
                                .retained = ret_retained};
    bool done = first && end && number_at && grouping.end;
    if (done) {
        dominators_intervals(&owners->dominators, first, end);
        for (uint32_t number = 0; number < room; number++)
            number_at[first[number]] = number;
        for (uint32_t group = 0; group < group_count; group++)
            ret_retained[group] = (struct amount){0, 0};
        add_subtrees(owners, number_at, end, &grouping);
    }
    free(first);
    free(end);
    free(number_at);
    free(grouping.end);
    return done || error_set(err, owners->heap->dump->path, "out of memory for what is retained");
}

struct of_sites {
    const struct sites *sites;
    const struct dump *dump;
};

static uint32_t site_of(const void *context, uint32_t block)
{
    const struct of_sites *of = context;
    return sites_of(of->sites, of->dump, block);
}

bool owners_of_sites(const struct owners *owners, const struct sites *sites,
                     struct amount *ret_retained, struct error *err)
{
    const struct of_sites of = {sites, owners->heap->dump};
    return owners_by_group(owners, site_of, &of, sites->count, ret_retained, err);
}

static uint32_t type_of(const void *context, uint32_t block)
{
    static_assert(LABEL_NONE == OWNERS_NO_GROUP, "a block without a type is of no group");
    return labels_of(context, block);
}

bool owners_of_types(const struct owners *owners, struct amount *ret_retained, struct error *err)
{
    const struct labels *labels = &owners->heap->labels;
    return owners_by_group(owners, type_of, labels, labels->count, ret_retained, err);
}

void owners_finish(struct owners *owners)
{
    root_owners_finish(&owners->roots);
    dominators_finish(&owners->dominators);
    free(owners->cycle);
    free(owners->retained);
    *owners = (struct owners){0};
}
