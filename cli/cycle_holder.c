#include "cli/cycle_holder.h"

static bool is_held(const struct cycle *cycle)
{
    return cycle->lost && cycle->kind == KIND_INDIRECT;
}

struct phrase cycle_holder(const struct opened *opened, const struct cycle *cycle)
{
    const struct analysis *analysis = opened->analysis;
    const struct verdicts *verdicts = &analysis->verdicts;
    if (!is_held(cycle))
        return words_format("%s", "");
    uint32_t source = verdicts->source[verdicts->lost.number[cycle->entry]];
    if (source == GRAPH_NONE)
        return words_format("%s", "");
    uint32_t block = verdicts->lost.node[source];
    uint32_t by = cycles_find(&analysis->cycles, block);
    if (by == CYCLE_NONE)
        return words_id('S', opened_site_of(opened, block));
    uint32_t shape = analysis->cycles.cycle[by].shape;
    return words_id('C', analysis->shapes.shape[shape].example);
}

uint32_t cycle_holders_count(const struct opened *opened, const struct shape *shape)
{
    const struct analysis *analysis = opened->analysis;
    uint32_t index = (uint32_t)(shape - analysis->shapes.shape), count = 0;
    for (uint32_t i = 0; i < analysis->cycles.lost_count; i++)
        count += analysis->cycles.cycle[i].shape == index && is_held(&analysis->cycles.cycle[i]);
    return count;
}
