/*
 * The order of work: pointers become edges, edges decide verdicts, lost components become cycles
 * and cycles shapes, blocks are added up by site; rows of leaks need all of these.
 */
#include "libcaulk/analysis.h"

#include <stdlib.h>

/* What a merged dump has only the sums of. */
static void add_sums(struct analysis *analysis)
{
    const struct dump *dump = analysis->dump;
    for (uint32_t i = 0; i < dump->sum_count; i++) {
        const struct block_sum *sum = &dump->sums[i];
        const struct amount amount = {sum->blocks, sum->bytes};
        if (sum->what & SUM_IN_CYCLE)
            amount_add(&analysis->cycles.lost, amount);
        if (sum->what & SUM_PENDING)
            amount_add(&analysis->pending.amount, amount);
    }
    analysis->lost_cycles = analysis->cycles.lost_count + dump->merged.cycles;
    analysis->pending_cycles += dump->merged.pending_cycles;
}

static void add_totals(struct analysis *analysis)
{
    for (uint32_t i = 0; i < analysis->sites.count; i++) {
        const struct site *site = &analysis->sites.site[i];
        amount_add(&analysis->live, site->live);
        for (int kind = 0; kind < KIND_COUNT; kind++)
            amount_add(&analysis->of_kind[kind], site->of_kind[kind]);
    }
}

/* What sampled stacks say of the others. */
static bool estimate(struct analysis *analysis, struct error *err)
{
    const struct heap_graph *heap = &analysis->heap;
    return (shape_stacks_init(&analysis->shape_stacks, &analysis->cycles, heap) &&
            estimates_init(&analysis->estimates, heap, &analysis->verdicts, &analysis->cycles)) ||
           error_set(err, analysis->dump->path, "out of memory for the estimates");
}

static bool judge_pending(struct analysis *analysis, struct error *err)
{
    return pending_init(&analysis->pending, &analysis->heap, &analysis->verdicts) ||
           error_set(err, analysis->dump->path, "out of memory for what is pending");
}

/* Whoever keeps one block of a cycle keeps them all. */
static void mark_pending(struct analysis *analysis)
{
    for (uint32_t i = 0; i < analysis->cycles.lost_count; i++) {
        struct cycle *cycle = &analysis->cycles.cycle[i];
        cycle->pending = pending_is(&analysis->pending, &analysis->verdicts,
                                    analysis->cycles.member[cycle->first]);
        analysis->pending_cycles += cycle->pending;
    }
}

static bool analyze(struct analysis *analysis, const struct analysis_options *options,
                    struct error *err)
{
    const struct heap_graph *heap = &analysis->heap;
    if (!heap_graph_init(&analysis->heap, analysis->dump, err) ||
        !verdicts_init(&analysis->verdicts, heap, err) || !judge_pending(analysis, err) ||
        !cycles_init(&analysis->cycles, heap, &analysis->verdicts, options->all_cycles, err))
        return false;
    mark_pending(analysis);
    if (!shapes_init(&analysis->shapes, &analysis->cycles, heap, err) || !estimate(analysis, err) ||
        !sites_init(&analysis->sites, &analysis->estimates, err) ||
        !leaks_init(&analysis->leaks, &analysis->estimates, &analysis->sites, &analysis->cycles,
                    &analysis->pending, err))
        return false;
    warnings_collect(heap, &analysis->warnings);
    add_totals(analysis);
    add_sums(analysis);
    return true;
}

bool analysis_create(const struct dump *dump, const struct analysis_options *options,
                     struct analysis **ret_analysis, struct error *err)
{
    struct analysis *analysis = calloc(1, sizeof(*analysis));
    if (!analysis)
        return error_set(err, dump->path, "out of memory for the analysis");
    analysis->dump = dump;
    if (!analyze(analysis, options, err)) {
        analysis_destroy(analysis);
        return false;
    }
    *ret_analysis = analysis;
    return true;
}

void analysis_destroy(struct analysis *analysis)
{
    if (!analysis)
        return;
    leaks_finish(&analysis->leaks);
    sites_finish(&analysis->sites);
    estimates_finish(&analysis->estimates);
    shape_stacks_finish(&analysis->shape_stacks);
    shapes_finish(&analysis->shapes);
    cycles_finish(&analysis->cycles);
    pending_finish(&analysis->pending);
    verdicts_finish(&analysis->verdicts);
    heap_graph_finish(&analysis->heap);
    free(analysis);
}
