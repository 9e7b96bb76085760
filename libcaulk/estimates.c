/*
 * Each group is added up, then shared out. Shares are whole blocks and bytes: after each sampled
 * block of a group, as much has been given in all as the weights so far ask for, and after the last
 * one all of it. They come stack by stack, so that rounding changes a stack's figure by one at
 * most, however many of its blocks were sampled.
 */
#include "libcaulk/estimates.h"

#include <math.h>
#include <stdlib.h>

#include "libcaulk/estimate_groups.h"

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

struct sampled_block {
    uint32_t group, stack, block;
};

struct work {
    struct estimates *estimates;
    struct estimate_groups groups;
    struct group *group;
    struct sampled_block *order;
};

static const struct dump *dump_of(const struct estimates *estimates)
{
    return estimates->heap->dump;
}

static bool is_sampled(const struct estimates *estimates, uint32_t block)
{
    const struct dump *dump = dump_of(estimates);
    return !dump_stack_is_cut(dump, dump->block_stack[block]);
}

static void figures_of(const struct work *work, uint32_t block, uint64_t *ret_figures)
{
    const struct amount held = estimate_groups_held(&work->groups, block);
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

static bool add_up_groups(struct work *work)
{
    const struct estimates *estimates = work->estimates;
    const uint32_t *group_of = work->groups.of_block;
    work->group = calloc((size_t)work->groups.count + 1, sizeof(*work->group));
    if (!work->group)
        return false;
    for (uint32_t b = 0; b < dump_of(estimates)->block_count; b++)
        if (group_of[b] != GROUP_NONE)
            add_to_group(work, &work->group[group_of[b]], b);
    return true;
}

static int compare_sampled(const void *left, const void *right)
{
    const struct sampled_block *a = left, *b = right;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->stack != b->stack)
        return a->stack < b->stack ? -1 : 1;
    return (a->block > b->block) - (a->block < b->block);
}

/* Makes room for the estimates too. */
static bool order_sampled(struct work *work)
{
    const uint32_t *group_of = work->groups.of_block;
    struct estimates *estimates = work->estimates;
    const struct dump *dump = dump_of(estimates);
    size_t room = (size_t)estimates->sampled_count + 1;
    estimates->sampled = malloc(room * sizeof(*estimates->sampled));
    work->order = malloc(room * sizeof(*work->order));
    if (!estimates->sampled || !work->order)
        return false;
    uint32_t next = 0;
    for (uint32_t b = 0; b < dump->block_count; b++)
        if (group_of[b] != GROUP_NONE && is_sampled(estimates, b))
            work->order[next++] = (struct sampled_block){group_of[b], dump->block_stack[b], b};
    qsort(work->order, next, sizeof(*work->order), compare_sampled);
    return true;
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

static void share_out(struct work *work)
{
    struct estimates *estimates = work->estimates;
    for (uint32_t b = 0; b < dump_of(estimates)->block_count; b++) {
        uint32_t group = work->groups.of_block[b];
        bool shared = group != GROUP_NONE && work->group[group].plain_weight > 0;
        estimates->place[b] = shared ? ESTIMATE_ELSEWHERE : ESTIMATE_ITSELF;
    }
    for (uint32_t i = 0; i < estimates->sampled_count; i++) {
        const struct sampled_block *sampled = &work->order[i];
        estimates->sampled[i] = estimate(work, &work->group[sampled->group], sampled->block);
        estimates->place[sampled->block] = i;
    }
}

static void note_open(struct estimates *estimates)
{
    const struct heap_graph *heap = estimates->heap;
    const uint32_t *stack = heap->dump->block_stack;
    for (uint32_t b = 0; b < heap->dump->block_count; b++)
        if (heap_graph_counts(heap, b) && !is_sampled(estimates, b))
            estimates->open[callers_of(&heap->callers, stack[b])] |=
                (uint8_t)(1u << verdicts_kind(estimates->verdicts, b));
}

static bool make(struct work *work, const struct cycles *cycles)
{
    struct estimates *estimates = work->estimates;
    const struct dump *dump = dump_of(estimates);
    if (!estimate_groups_init(&work->groups, estimates->heap, estimates->verdicts, cycles) ||
        !add_up_groups(work) || !order_sampled(work))
        return false;
    estimates->place = malloc(((size_t)dump->block_count + 1) * sizeof(*estimates->place));
    estimates->open = calloc((size_t)dump->stack_count + 1, 1);
    if (!estimates->place || !estimates->open)
        return false;
    share_out(work);
    note_open(estimates);
    return true;
}

/* A merged dump says itself what was scaled up. */
static bool note_summed(struct estimates *estimates)
{
    const struct dump *dump = dump_of(estimates);
    estimates->summed = calloc((size_t)dump->stack_count + 1, 1);
    for (uint32_t i = 0; estimates->summed && i < dump->sum_count; i++)
        if (dump->sums[i].what & SUM_ESTIMATED)
            estimates->summed[dump->sums[i].stack] |=
                (uint8_t)(1u << (dump->sums[i].what & SUM_KIND_MASK));
    return estimates->summed;
}

bool estimates_init(struct estimates *estimates, const struct heap_graph *heap,
                    const struct verdicts *verdicts, const struct cycles *cycles)
{
    *estimates = (struct estimates){.heap = heap, .verdicts = verdicts};
    const struct process *process = &heap->dump->process;
    if (process->merged)
        return note_summed(estimates);
    if (process->stacks_mode != STACKS_SAMPLED || !process->sample_bytes)
        return true;
    struct work work = {.estimates = estimates};
    bool done = make(&work, cycles);
    estimate_groups_finish(&work.groups);
    free(work.group);
    free(work.order);
    if (!done)
        estimates_finish(estimates);
    return done;
}

void estimates_finish(struct estimates *estimates)
{
    free(estimates->place);
    free(estimates->sampled);
    free(estimates->open);
    free(estimates->summed);
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
    if (estimates->summed)
        return estimates->summed[stack] >> kind & 1;
    return estimates->open && !dump_stack_is_cut(heap->dump, stack) &&
           estimates->open[callers_of(&heap->callers, stack)] >> kind & 1;
}
