/*
 * The order of work: pointers become edges, edges decide verdicts, verdicts are added up by site,
 * lost components become cycles and cycles shapes; rows of leaks need all of these.
 */
#include "libcaulk/analysis.h"

#include <stdlib.h>

static void add_totals(struct analysis *analysis)
{
    for (uint32_t i = 0; i < analysis->sites.count; i++) {
        const struct site *site = &analysis->sites.site[i];
        amount_add(&analysis->live, site->live);
        for (int kind = 0; kind < KIND_COUNT; kind++)
            amount_add(&analysis->of_kind[kind], site->of_kind[kind]);
    }
}

static bool analyze(struct analysis *analysis, const struct analysis_options *options,
                    struct error *err)
{
    const struct heap_graph *heap = &analysis->heap;
    if (!heap_graph_init(&analysis->heap, analysis->dump, err) ||
        !verdicts_init(&analysis->verdicts, heap, err) ||
        !sites_init(&analysis->sites, heap, &analysis->verdicts, err) ||
        !cycles_init(&analysis->cycles, heap, &analysis->verdicts, options->all_cycles, err) ||
        !shapes_init(&analysis->shapes, &analysis->cycles, heap, err) ||
        !leaks_init(&analysis->leaks, heap, &analysis->verdicts, &analysis->sites,
                    &analysis->cycles, err))
        return false;
    warnings_collect(analysis->dump, &analysis->warnings);
    add_totals(analysis);
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
    shapes_finish(&analysis->shapes);
    cycles_finish(&analysis->cycles);
    sites_finish(&analysis->sites);
    verdicts_finish(&analysis->verdicts);
    heap_graph_finish(&analysis->heap);
    free(analysis);
}
