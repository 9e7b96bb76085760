/*
 * Lost blocks and the others are searched apart: the first are few, and their components are known
 * from the verdicts; the others are searched only when asked for. Either is a `region`: a subgraph,
 * its components, and which nodes are held from outside the subgraph.
 */
#include "libcaulk/cycles.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/retained.h"

struct region {
    const struct heap_graph *heap;
    const struct verdicts *verdicts;
    bool lost;
    const struct subgraph *blocks;
    const struct components *components;
    struct subgraph own_blocks; /* what is not borrowed from the verdicts */
    struct components own_components;
    uint8_t *entry;   /* node -> 1: roots hold it; NULL: none does */
    uint32_t *chosen; /* components that are cycles */
    uint32_t chosen_count;
};

static void region_finish(struct region *region)
{
    subgraph_finish(&region->own_blocks);
    components_finish(&region->own_components);
    free(region->entry);
    free(region->chosen);
}

static bool is_lost_or_suppressed(enum block_kind kind)
{
    return block_kind_is_lost(kind) || kind == KIND_SUPPRESSED;
}

/* A subgraph of the region's own, of pointers alone: an edge from a block to its pool closes no
 * cycle. */
static bool region_cut(struct region *region)
{
    const struct heap_graph *heap = region->heap;
    uint8_t *keep = malloc((size_t)heap->graph.node_count + 1);
    if (!keep)
        return false;
    for (uint32_t b = 0; b < heap->graph.node_count; b++)
        keep[b] = is_lost_or_suppressed(verdicts_kind(region->verdicts, b)) == region->lost;
    struct edge_choice pointers = {heap->edge_class, POINTER_EDGES};
    bool done = subgraph_init(&region->own_blocks, &heap->graph, keep, pointers) &&
                components_find(&region->own_blocks.graph, &region->own_components);
    free(keep);
    region->blocks = &region->own_blocks;
    region->components = &region->own_components;
    return done;
}

static bool region_find_entries(struct region *region)
{
    const struct heap_graph *heap = region->heap;
    const uint32_t *number = region->blocks->number;
    region->entry = calloc((size_t)region->blocks->graph.node_count + 1, 1);
    if (!region->entry)
        return false;
    for (uint64_t r = 0; r < heap->dump->refs.count; r++)
        region->entry[number[heap->dump->refs.target[r]]] = 1;
    for (uint32_t b = 0; b < heap->graph.node_count; b++)
        if (heap->dump->block_flags[b] & BLOCK_RUNTIME)
            region->entry[number[b]] = 1;
    return true;
}

static bool region_init(struct region *region, const struct heap_graph *heap,
                        const struct verdicts *verdicts, bool lost)
{
    *region = (struct region){.heap = heap, .verdicts = verdicts, .lost = lost};
    if (lost && !heap->has_inside_edges) {
        region->blocks = &verdicts->lost;
        region->components = &verdicts->components;
        return true;
    }
    return region_cut(region) && (lost || region_find_entries(region));
}

/* The edges to itself that are none were left out when the subgraph was made. */
static bool holds_itself(const struct graph *graph, uint32_t node)
{
    for (uint64_t e = graph->begin[node]; e < graph->begin[node + 1]; e++)
        if (graph->target[e] == node)
            return true;
    return false;
}

static bool is_cycle(const struct region *region, uint32_t component)
{
    const struct components *components = region->components;
    uint32_t first = components->member[components->begin[component]];
    if (components_size(components, component) == 1 && !holds_itself(&region->blocks->graph, first))
        return false;
    for (uint32_t m = components->begin[component]; m < components->begin[component + 1]; m++) {
        uint32_t block = region->blocks->node[components->member[m]];
        if (verdicts_kind(region->verdicts, block) == KIND_SUPPRESSED)
            return false;
    }
    return true;
}

static bool region_choose(struct region *region)
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < region->components->count; c++)
        count += is_cycle(region, c);
    region->chosen = malloc(((size_t)count + 1) * sizeof(*region->chosen));
    if (!region->chosen)
        return false;
    for (uint32_t c = 0; c < region->components->count && region->chosen_count < count; c++)
        if (is_cycle(region, c))
            region->chosen[region->chosen_count++] = c;
    return true;
}

static bool make_room(struct cycles *cycles, const struct region *region)
{
    size_t members = cycles->member_total;
    for (uint32_t i = 0; i < region->chosen_count; i++)
        members += components_size(region->components, region->chosen[i]);
    size_t count = (size_t)cycles->count + region->chosen_count;
    struct cycle *cycle = realloc(cycles->cycle, (count + 1) * sizeof(*cycle));
    if (cycle)
        cycles->cycle = cycle;
    uint32_t *member = realloc(cycles->member, (members + 1) * sizeof(*member));
    if (member)
        cycles->member = member;
    return cycle && member;
}

/* The kinds of one cycle's blocks can differ by interior pointers: the better one, as in a chain.
 */
static bool is_better(enum block_kind a, enum block_kind b)
{
    return (a == KIND_DEFINITE && b == KIND_INDIRECT) ||
           (a == KIND_REACHABLE && b == KIND_POSSIBLE);
}

static bool is_earlier_entry(const struct region *region, const uint8_t *held, uint32_t a,
                             uint32_t b)
{
    const struct dump *dump = region->heap->dump;
    uint32_t one = region->blocks->node[a], other = region->blocks->node[b];
    if (held[a] != held[b])
        return held[a];
    if (dump->block_birth[one] != dump->block_birth[other])
        return dump->block_birth[one] < dump->block_birth[other];
    return dump->block_stack[one] < dump->block_stack[other];
}

static void add_cycle(struct cycles *cycles, const struct region *region, uint32_t component,
                      const uint8_t *held)
{
    const uint32_t *member = &region->components->member[region->components->begin[component]];
    const uint32_t *block = region->blocks->node;
    struct cycle cycle = {.lost = region->lost,
                          .kind = verdicts_kind(region->verdicts, block[member[0]]),
                          .first = cycles->member_total,
                          .member_count = components_size(region->components, component)};
    uint32_t entry = member[0];
    for (uint32_t m = 0; m < cycle.member_count; m++) {
        uint32_t b = block[member[m]];
        cycles->member[cycles->member_total++] = b;
        if (heap_graph_counts(region->heap, b))
            amount_add_block(&cycle.own, region->heap->dump->block_bytes[b]);
        if (is_better(verdicts_kind(region->verdicts, b), cycle.kind))
            cycle.kind = verdicts_kind(region->verdicts, b);
        if (is_earlier_entry(region, held, member[m], entry))
            entry = member[m];
    }
    cycle.entry = block[entry];
    cycle.self = cycle.member_count == 1;
    cycles->cycle[cycles->count++] = cycle;
}

/* held[node]: a root or a block outside its component points to it. */
static uint8_t *find_held(const struct region *region)
{
    const struct graph *graph = &region->blocks->graph;
    const uint32_t *of = region->components->of;
    uint8_t *held = calloc((size_t)graph->node_count + 1, 1);
    if (!held)
        return NULL;
    for (uint32_t v = 0; v < graph->node_count; v++) {
        if (region->entry && region->entry[v])
            held[v] = 1;
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            if (of[graph->target[e]] != of[v])
                held[graph->target[e]] = 1;
    }
    return held;
}

static struct amount own_amount(const void *context, uint32_t node)
{
    const struct region *region = context;
    uint32_t block = region->blocks->node[node];
    if (!heap_graph_counts(region->heap, block))
        return (struct amount){0};
    return (struct amount){1, region->heap->dump->block_bytes[block]};
}

static bool add_retained(struct cycles *cycles, const struct region *region, uint32_t first_cycle)
{
    struct retained *retained = malloc(((size_t)region->chosen_count + 1) * sizeof(*retained));
    bool done = retained &&
                retained_find(&region->blocks->graph, region->components, region->entry, own_amount,
                              region, region->chosen, region->chosen_count, retained);
    for (uint32_t i = 0; done && i < region->chosen_count; i++) {
        struct cycle *cycle = &cycles->cycle[first_cycle + i];
        cycle->retained = retained[i].amount;
        cycle->nest_first = retained[i].first;
        cycle->nest_end = retained[i].end;
    }
    free(retained);
    return done;
}

static bool add_chosen(struct cycles *cycles, const struct region *region)
{
    uint32_t first_cycle = cycles->count;
    uint8_t *held = find_held(region);
    bool done = held && make_room(cycles, region);
    for (uint32_t i = 0; done && i < region->chosen_count; i++)
        add_cycle(cycles, region, region->chosen[i], held);
    free(held);
    return done && add_retained(cycles, region, first_cycle);
}

static int compare_cycles(const void *left, const void *right)
{
    const struct cycle *a = left;
    const struct cycle *b = right;
    if (a->retained.bytes != b->retained.bytes)
        return a->retained.bytes < b->retained.bytes ? 1 : -1;
    return (a->entry > b->entry) - (a->entry < b->entry);
}

static bool add_region(struct cycles *cycles, const struct heap_graph *heap,
                       const struct verdicts *verdicts, bool lost)
{
    struct region region;
    uint32_t first_cycle = cycles->count;
    bool done = region_init(&region, heap, verdicts, lost) && region_choose(&region) &&
                (!region.chosen_count || add_chosen(cycles, &region));
    region_finish(&region);
    if (done && cycles->count > first_cycle)
        qsort(cycles->cycle + first_cycle, cycles->count - first_cycle, sizeof(*cycles->cycle),
              compare_cycles);
    return done;
}

static bool index_members(struct cycles *cycles, uint32_t block_count)
{
    if (!cycles->count)
        return true;
    cycles->cycle_of = malloc(cycles->member_total * sizeof(*cycles->cycle_of));
    cycles->place = malloc(block_count * sizeof(*cycles->place));
    if (!cycles->cycle_of || !cycles->place)
        return false;
    memset(cycles->place, 0xff, block_count * sizeof(*cycles->place)); /* CYCLE_NONE */
    for (uint32_t place = 0; place < cycles->member_total; place++)
        cycles->place[cycles->member[place]] = place;
    for (uint32_t i = 0; i < cycles->count; i++)
        for (uint32_t m = 0; m < cycles->cycle[i].member_count; m++)
            cycles->cycle_of[cycles->cycle[i].first + m] = i;
    return true;
}

bool cycles_init(struct cycles *cycles, const struct heap_graph *heap,
                 const struct verdicts *verdicts, bool with_reachable, struct error *err)
{
    *cycles = (struct cycles){0};
    bool done = add_region(cycles, heap, verdicts, true);
    cycles->lost_count = cycles->count;
    for (uint32_t i = 0; i < cycles->lost_count; i++)
        amount_add(&cycles->lost, cycles->cycle[i].own);
    if (done && with_reachable)
        done = add_region(cycles, heap, verdicts, false);
    if (done && index_members(cycles, heap->graph.node_count))
        return true;
    cycles_finish(cycles);
    return error_set(err, heap->dump->path, "out of memory for the cycles");
}

void cycles_finish(struct cycles *cycles)
{
    free(cycles->cycle);
    free(cycles->member);
    free(cycles->cycle_of);
    free(cycles->place);
    *cycles = (struct cycles){0};
}
