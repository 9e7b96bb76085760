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

static void add_block(struct tally *row, const struct estimates *estimates, uint32_t block)
{
    const struct heap_graph *heap = estimates->heap;
    uint32_t tick = heap->dump->block_birth[block];
    uint32_t label = labels_of(&heap->labels, block);
    if (!row->leak.own.blocks) {
        row->leak.example = block;
        row->first_tick = row->last_tick = tick;
        row->label = label;
    }
    if (tick < row->first_tick)
        row->first_tick = tick;
    if (tick > row->last_tick)
        row->last_tick = tick;
    row->mixed |= row->label != label;
    row->leak.samples++;
    amount_add(&row->leak.own, estimates_own(estimates, block));
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
                       const struct sites *sites, const struct cycles *cycles)
{
    for (uint32_t b = 0; b < estimates->heap->dump->block_count; b++) {
        size_t row;
        if (row_index(estimates, sites, b, &row))
            add_block(&tally[row], estimates, b);
    }
    mark_cyclic(tally, estimates, sites, cycles);
    for (size_t i = 0; i < 2 * (size_t)sites->count; i++)
        if (tally[i].leak.own.blocks)
            finish_row(&tally[i], estimates, sites, i);
}

bool leaks_init(struct leaks *leaks, const struct estimates *estimates, const struct sites *sites,
                const struct cycles *cycles, struct error *err)
{
    *leaks = (struct leaks){0};
    size_t row_count = 2 * (size_t)sites->count;
    struct tally *tally = calloc(row_count + 1, sizeof(*tally));
    if (tally)
        tally_rows(tally, estimates, sites, cycles);
    bool done = tally && keep_rows(leaks, tally, row_count);
    free(tally);
    return done || error_set(err, estimates->heap->dump->path, "out of memory for the leaks");
}

void leaks_finish(struct leaks *leaks)
{
    free(leaks->leak);
    *leaks = (struct leaks){0};
}
