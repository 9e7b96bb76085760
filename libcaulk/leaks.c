/*
 * Every site has room for two rows while they are added up; the blocks come by address, so the
 * first of a row is its example. What a definite block holds was summed by site already.
 */
#include "libcaulk/leaks.h"

#include <stdlib.h>

struct tally {
    struct leak leak;
    uint32_t first_tick, last_tick;
    uint32_t label;
    bool mixed;
};

/* False for a block that counts in no row, or in those of other stacks. */
static bool row_index(const struct estimates *estimates, const struct sites *sites, uint32_t block,
                      size_t *ret_row)
{
    enum block_kind kind = verdicts_kind(estimates->verdicts, block);
    if ((kind != KIND_DEFINITE && kind != KIND_POSSIBLE) ||
        !heap_graph_counts(estimates->heap, block) || !estimates_own(estimates, block).blocks)
        return false;
    *ret_row = 2 * (size_t)sites_of(sites, estimates->heap->dump, block) + (kind == KIND_POSSIBLE);
    return true;
}

/* Before they are added. */
static void note_births(struct tally *row, uint32_t label, uint32_t first, uint32_t last)
{
    bool none = !row->leak.own.blocks;
    if (none)
        row->label = label;
    row->mixed |= row->label != label;
    if (none || first < row->first_tick)
        row->first_tick = first;
    if (none || last > row->last_tick)
        row->last_tick = last;
}

static void add_block(struct tally *row, const struct estimates *estimates, uint32_t block)
{
    const struct heap_graph *heap = estimates->heap;
    uint32_t tick = heap->dump->block_birth[block];
    if (!row->leak.own.blocks)
        row->leak.example = block;
    note_births(row, labels_of(&heap->labels, block), tick, tick);
    row->leak.samples++;
    amount_add(&row->leak.own, estimates_own(estimates, block));
}

static void add_sum(struct tally *row, const struct block_sum *sum, uint32_t label)
{
    note_births(row, label, sum->first_birth, sum->last_birth);
    row->leak.example = LEAK_NO_EXAMPLE;
    row->leak.samples += sum->samples;
    row->leak.cyclic |= (sum->what & SUM_IN_CYCLE) != 0;
    amount_add(&row->leak.own, (struct amount){sum->blocks, sum->bytes});
    if (sum->what & SUM_PENDING)
        amount_add(&row->leak.pending,
                   (struct amount){sum->blocks + sum->held_blocks, sum->bytes + sum->held_bytes});
}

static void tally_sums(struct tally *tally, const struct heap_graph *heap,
                       const struct sites *sites)
{
    for (uint32_t i = 0; i < heap->dump->sum_count; i++) {
        const struct block_sum *sum = &heap->dump->sums[i];
        enum block_kind kind = (enum block_kind)(sum->what & SUM_KIND_MASK);
        size_t row = 2 * (size_t)sites->of_stack[sum->stack] + (kind == KIND_POSSIBLE);
        if (kind == KIND_DEFINITE || kind == KIND_POSSIBLE)
            add_sum(&tally[row], sum, labels_of_sum(&heap->labels, i));
    }
}

double leak_born_seconds(const struct process *process, uint32_t tick)
{
    uint64_t since_start = tick * process->tick_ns;
    return (double)(since_start < process->uptime_ns ? since_start : process->uptime_ns) / 1e9;
}

static void finish_row(struct tally *row, const struct estimates *estimates,
                       const struct sites *sites, size_t index)
{
    const struct heap_graph *heap = estimates->heap;
    struct leak *leak = &row->leak;
    const struct process *process = &heap->dump->process;
    leak->site = (uint32_t)(index / 2);
    leak->kind = index % 2 ? KIND_POSSIBLE : KIND_DEFINITE;
    if (leak->kind == KIND_DEFINITE)
        leak->indirect = sites->site[leak->site].held;
    leak->estimated = estimates_is(estimates, sites->site[leak->site].stack, leak->kind);
    if (!row->mixed && row->label != LABEL_NONE)
        leak->type = heap->labels.name[row->label];
    leak->born_known = !heap->dump->process.no_births;
    leak->first_seconds = leak_born_seconds(process, row->first_tick);
    leak->last_seconds = leak_born_seconds(process, row->last_tick);
}

static void mark_cyclic(struct tally *tally, const struct estimates *estimates,
                        const struct sites *sites, const struct cycles *cycles)
{
    for (uint32_t c = 0; c < cycles->lost_count; c++) {
        const struct cycle *cycle = &cycles->cycle[c];
        for (uint32_t m = 0; m < cycle->member_count; m++) {
            size_t row;
            if (row_index(estimates, sites, cycles->member[cycle->first + m], &row))
                tally[row].leak.cyclic = true;
        }
    }
}

/* An indirect block is added to the row that counts it, as in sites. */
static void add_pending(struct tally *tally, const struct estimates *estimates,
                        const struct sites *sites, const struct pending *pending)
{
    for (uint32_t v = 0; pending->node && v < estimates->verdicts->lost.graph.node_count; v++) {
        uint32_t block = estimates->verdicts->lost.node[v], source;
        struct amount amount;
        size_t row;
        if (!pending->node[v])
            continue;
        if (row_index(estimates, sites, block, &row))
            amount_add(&tally[row].leak.pending, estimates_own(estimates, block));
        if (estimates_held(estimates, v, &source, &amount) &&
            row_index(estimates, sites, source, &row))
            amount_add(&tally[row].leak.pending, amount);
    }
}

static int compare_leaks(const void *left, const void *right)
{
    const struct leak *a = left;
    const struct leak *b = right;
    uint64_t a_bytes = a->own.bytes + a->indirect.bytes;
    uint64_t b_bytes = b->own.bytes + b->indirect.bytes;
    if (a_bytes != b_bytes)
        return a_bytes < b_bytes ? 1 : -1;
    if (a->kind != b->kind)
        return a->kind == KIND_DEFINITE ? -1 : 1;
    return (a->site > b->site) - (a->site < b->site);
}

static bool keep_rows(struct leaks *leaks, const struct tally *tally, size_t row_count)
{
    for (size_t i = 0; i < row_count; i++)
        leaks->count += tally[i].leak.own.blocks != 0;
    leaks->leak = malloc(((size_t)leaks->count + 1) * sizeof(*leaks->leak));
    if (!leaks->leak)
        return false;
    uint32_t next = 0;
    for (size_t i = 0; i < row_count; i++)
        if (tally[i].leak.own.blocks)
            leaks->leak[next++] = tally[i].leak;
    qsort(leaks->leak, leaks->count, sizeof(*leaks->leak), compare_leaks);
    return true;
}

static void tally_rows(struct tally *tally, const struct estimates *estimates,
                       const struct sites *sites, const struct cycles *cycles,
                       const struct pending *pending)
{
    for (uint32_t b = 0; b < estimates->heap->dump->block_count; b++) {
        size_t row;
        if (row_index(estimates, sites, b, &row))
            add_block(&tally[row], estimates, b);
    }
    mark_cyclic(tally, estimates, sites, cycles);
    add_pending(tally, estimates, sites, pending);
    tally_sums(tally, estimates->heap, sites);
    for (size_t i = 0; i < 2 * (size_t)sites->count; i++)
        if (tally[i].leak.own.blocks)
            finish_row(&tally[i], estimates, sites, i);
}

bool leaks_init(struct leaks *leaks, const struct estimates *estimates, const struct sites *sites,
                const struct cycles *cycles, const struct pending *pending, struct error *err)
{
    *leaks = (struct leaks){0};
    size_t row_count = 2 * (size_t)sites->count;
    struct tally *tally = calloc(row_count + 1, sizeof(*tally));
    if (tally)
        tally_rows(tally, estimates, sites, cycles, pending);
    bool done = tally && keep_rows(leaks, tally, row_count);
    free(tally);
    return done || error_set(err, estimates->heap->dump->path, "out of memory for the leaks");
}

void leaks_finish(struct leaks *leaks)
{
    free(leaks->leak);
    *leaks = (struct leaks){0};
}
