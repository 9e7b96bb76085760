/*
 * Three passes over the blocks: number the groups, add up each group, share out. Shares are whole
 * blocks and bytes: after each sampled block of a group, as much has been given in all as its
 * weights so far ask for, and after the last one all of it.
 */
#include "libcaulk/estimates.h"

#include <math.h>
#include <stdlib.h>

#include "libcaulk/id_table.h"

enum figure { OWN_BLOCKS, OWN_BYTES, HELD_BLOCKS, HELD_BYTES, FIGURES };

struct group {
    uint64_t unknown[FIGURES]; /* of the blocks without a stack */
    double weight[FIGURES];    /* of the sampled ones */
    double passed[FIGURES];    /* while sharing out: of the sampled ones so far */
    uint64_t given[FIGURES];
    double plain_weight; /* sum of w, for figures whose own weights are all 0 */
    double plain_passed;
    uint32_t sampled, sampled_passed;
};

struct work {
    struct estimates *estimates;
    const struct cycles *cycles;
    struct amount *held; /* lost node -> what is counted under it */
    uint32_t *node_of;   /* block -> lost node; only of lost ones */
    struct id_table named, groups;
    struct group *group;
};

static const struct dump *dump_of(const struct estimates *estimates)
{
    return estimates->heap->dump;
}

static uint32_t caller_of(const struct estimates *estimates, uint32_t block)
{
    return callers_of(&estimates->heap->callers, dump_of(estimates)->block_stack[block]);
}

static bool takes_part(const struct estimates *estimates, uint32_t block)
{
    return heap_graph_counts(estimates->heap, block) && dump_of(estimates)->block_stack[block];
}

static bool is_sampled(const struct estimates *estimates, uint32_t block)
{
    const struct dump *dump = dump_of(estimates);
    return !dump_stack_is_cut(dump, dump->block_stack[block]);
}

static struct amount held_by(const struct work *work, uint32_t block)
{
    if (verdicts_kind(work->estimates->verdicts, block) != KIND_DEFINITE)
        return (struct amount){0, 0};
    return work->held[work->node_of[block]];
}

/* 0 for 0, else 1 + the logarithm, rounded down. */
static unsigned bits_of(uint64_t value)
{
    return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

/* All but caller and label, in 16 bits: 3 of kind, 1, 7 of size, 5 of what it holds. */
static uint64_t features(const struct work *work, uint32_t block)
{
    const struct amount held = held_by(work, block);
    const unsigned held_class = held.blocks ? 1 + bits_of(held.bytes) / 4 : 0;
    uint32_t cycle = cycles_find(work->cycles, block);
    bool in_lost_cycle = cycle != CYCLE_NONE && cycle < work->cycles->lost_count;
    uint64_t key = verdicts_kind(work->estimates->verdicts, block);
    key = key << 1 | in_lost_cycle;
    key = key << 7 | bits_of(dump_of(work->estimates)->block_bytes[block]);
    return key << 5 | held_class;
}

static bool number_group(struct work *work, uint32_t block, uint32_t *ret_group)
{
    uint64_t caller = caller_of(work->estimates, block);
    uint32_t label = labels_of(&work->estimates->heap->labels, block);
    uint32_t named;
    return id_table_add(&work->named, caller << 32 | label, &named) &&
           id_table_add(&work->groups, (uint64_t)named << 16 | features(work, block), ret_group);
}

/* What each definite block holds, in a dump where each counts for itself. */
static bool add_up_held(struct work *work)
{
    const struct subgraph *lost = &work->estimates->verdicts->lost;
    const struct dump *dump = dump_of(work->estimates);
    work->held = calloc((size_t)lost->graph.node_count + 1, sizeof(*work->held));
    work->node_of = malloc(((size_t)dump->block_count + 1) * sizeof(*work->node_of));
    if (!work->held || !work->node_of)
        return false;
    for (uint32_t node = 0; node < lost->graph.node_count; node++) {
        uint32_t source;
        struct amount amount;
        work->node_of[lost->node[node]] = node;
        if (estimates_held(work->estimates, node, &source, &amount))
            amount_add(&work->held[work->estimates->verdicts->source[node]], amount);
    }
    return true;
}

static bool number_groups(struct work *work, uint32_t *group_of)
{
    struct estimates *estimates = work->estimates;
    for (uint32_t b = 0; b < dump_of(estimates)->block_count; b++) {
        group_of[b] = ESTIMATE_ITSELF;
        if (!takes_part(estimates, b))
            continue;
        if (!number_group(work, b, &group_of[b]))
            return false;
        if (!is_sampled(estimates, b))
            estimates->open[caller_of(estimates, b)] |=
                (uint8_t)(1u << verdicts_kind(estimates->verdicts, b));
    }
    return true;
}

static void figures_of(const struct work *work, uint32_t block, uint64_t *ret_figures)
{
    const struct amount held = held_by(work, block);
    ret_figures[OWN_BLOCKS] = 1;
    ret_figures[OWN_BYTES] = dump_of(work->estimates)->block_bytes[block];
    ret_figures[HELD_BLOCKS] = held.blocks;
    ret_figures[HELD_BYTES] = held.bytes;
}

/* w. A block of 0 bytes is never sampled; a damaged dump may say so. */
static double weight_of(const struct work *work, uint64_t bytes)
{
    uint64_t interval = dump_of(work->estimates)->process.sample_bytes;
    return 1 / expm1((double)(bytes ? bytes : 1) / (double)interval);
}

static void add_to_group(struct work *work, struct group *group, uint32_t block)
{
    uint64_t figure[FIGURES];
    figures_of(work, block, figure);
    bool sampled = is_sampled(work->estimates, block);
    double weight = sampled ? weight_of(work, figure[OWN_BYTES]) : 0;
    group->plain_weight += weight;
    group->sampled += sampled;
    for (int f = 0; f < FIGURES; f++) {
        group->weight[f] += weight * (double)figure[f];
        group->unknown[f] += sampled ? 0 : figure[f];
    }
    work->estimates->sampled_count += sampled;
}

/* Makes room for the estimates too. */
static bool add_up_groups(struct work *work, const uint32_t *group_of)
{
    struct estimates *estimates = work->estimates;
    work->group = calloc((size_t)work->groups.count + 1, sizeof(*work->group));
    if (!work->group)
        return false;
    for (uint32_t b = 0; b < dump_of(estimates)->block_count; b++)
        if (group_of[b] != ESTIMATE_ITSELF)
            add_to_group(work, &work->group[group_of[b]], b);
    size_t room = (size_t)estimates->sampled_count + 1;
    estimates->sampled = malloc(room * sizeof(*estimates->sampled));
    return estimates->sampled;
}

/* How much of a figure has been given when so much of the weight has passed. */
static uint64_t given_at(const struct group *group, int f)
{
    uint64_t unknown = group->unknown[f];
    if (group->sampled_passed == group->sampled)
        return unknown;
    double part = group->weight[f] > 0 ? group->passed[f] / group->weight[f]
                                       : group->plain_passed / group->plain_weight;
    double given = (double)unknown * part + 0.5;
    return given < (double)unknown ? (uint64_t)given : unknown;
}

static uint64_t take_share(struct group *group, int f, double weight)
{
    group->passed[f] += weight;
    uint64_t given = given_at(group, f);
    uint64_t share = given - group->given[f];
    group->given[f] = given;
    return share;
}

static struct estimate estimate(const struct work *work, struct group *group, uint32_t block)
{
    uint64_t figure[FIGURES];
    figures_of(work, block, figure);
    double weight = weight_of(work, figure[OWN_BYTES]);
    group->plain_passed += weight;
    group->sampled_passed++;
    for (int f = 0; f < FIGURES && group->plain_weight > 0; f++)
        figure[f] += take_share(group, f, weight * (double)figure[f]);
    return (struct estimate){{figure[OWN_BLOCKS], figure[OWN_BYTES]},
                             {figure[HELD_BLOCKS], figure[HELD_BYTES]}};
}

/* Group numbers become places. */
static void share_out(struct work *work, uint32_t *place)
{
    struct estimates *estimates = work->estimates;
    uint32_t next = 0;
    for (uint32_t b = 0; b < dump_of(estimates)->block_count; b++) {
        if (place[b] == ESTIMATE_ITSELF)
            continue;
        struct group *group = &work->group[place[b]];
        if (is_sampled(estimates, b)) {
            estimates->sampled[next] = estimate(work, group, b);
            place[b] = next++;
        } else {
            place[b] = group->plain_weight > 0 ? ESTIMATE_ELSEWHERE : ESTIMATE_ITSELF;
        }
    }
}

static bool make(struct work *work)
{
    struct estimates *estimates = work->estimates;
    const struct dump *dump = dump_of(estimates);
    uint32_t *place = malloc(((size_t)dump->block_count + 1) * sizeof(*place));
    estimates->open = calloc((size_t)dump->stack_count + 1, 1);
    bool done = place && estimates->open && add_up_held(work) && number_groups(work, place) &&
                add_up_groups(work, place);
    if (done)
        share_out(work, place);
    estimates->place = place;
    return done;
}

bool estimates_init(struct estimates *estimates, const struct heap_graph *heap,
                    const struct verdicts *verdicts, const struct cycles *cycles)
{
    *estimates = (struct estimates){.heap = heap, .verdicts = verdicts};
    const struct process *process = &heap->dump->process;
    if (process->stacks_mode != STACKS_SAMPLED || !process->sample_bytes)
        return true;
    struct work work = {.estimates = estimates, .cycles = cycles};
    bool done = make(&work);
    free(work.held);
    free(work.node_of);
    free(work.group);
    id_table_finish(&work.named);
    id_table_finish(&work.groups);
    if (!done)
        estimates_finish(estimates);
    return done;
}

void estimates_finish(struct estimates *estimates)
{
    free(estimates->place);
    free(estimates->sampled);
    free(estimates->open);
    *estimates = (struct estimates){0};
}

static uint32_t place_of(const struct estimates *estimates, uint32_t block)
{
    return estimates->place ? estimates->place[block] : ESTIMATE_ITSELF;
}

struct amount estimates_own(const struct estimates *estimates, uint32_t block)
{
    uint32_t place = place_of(estimates, block);
    if (place == ESTIMATE_ITSELF)
        return (struct amount){1, dump_of(estimates)->block_bytes[block]};
    if (place == ESTIMATE_ELSEWHERE)
        return (struct amount){0, 0};
    return estimates->sampled[place].own;
}

/* An indirect block adds itself, unless its source's estimate has it already. */
bool estimates_held(const struct estimates *estimates, uint32_t node, uint32_t *ret_source,
                    struct amount *ret_amount)
{
    const struct verdicts *verdicts = estimates->verdicts;
    uint32_t block = verdicts->lost.node[node];
    if (verdicts->source[node] == GRAPH_NONE || !heap_graph_counts(estimates->heap, block))
        return false;
    uint32_t source = verdicts->lost.node[verdicts->source[node]];
    uint32_t place = place_of(estimates, source);
    if (source != block && place == ESTIMATE_ITSELF)
        *ret_amount = (struct amount){1, dump_of(estimates)->block_bytes[block]};
    else if (source == block && place < ESTIMATE_ELSEWHERE)
        *ret_amount = estimates->sampled[place].held;
    else
        return false;
    *ret_source = source;
    return true;
}

bool estimates_is(const struct estimates *estimates, uint32_t stack, enum block_kind kind)
{
    const struct heap_graph *heap = estimates->heap;
    return estimates->open && !dump_stack_is_cut(heap->dump, stack) &&
           estimates->open[callers_of(&heap->callers, stack)] >> kind & 1;
}
