#include "libcaulk/diff_news.h"

struct news {
    const struct diff *diff;
    const struct analysis *oldest, *newest;
};

/* Blocks that Python's collector was to come back for, and that are there still in a later dump,
 * are no longer waited for: so they are news, as much as what was not lost before. */
static bool was_waited_for(const struct news *news, uint32_t before)
{
    return pending_is(&news->oldest->pending, &news->oldest->verdicts, before);
}

static bool is_waited_for(const struct news *news, uint32_t block)
{
    uint32_t before = news->diff->pair.in_old[block];
    bool was_lost =
        before != PAIR_NONE && block_kind_is_lost(verdicts_kind(&news->oldest->verdicts, before));
    return !was_lost && pending_is(&news->newest->pending, &news->newest->verdicts, block);
}

static bool was_lost(const struct news *news, uint32_t block)
{
    uint32_t before = news->diff->pair.in_old[block];
    return before != PAIR_NONE && !was_waited_for(news, before) &&
           block_kind_is_lost(verdicts_kind(&news->oldest->verdicts, before));
}

static bool was_so(const struct news *news, uint32_t block, enum block_kind kind)
{
    uint32_t before = news->diff->pair.in_old[block];
    return before != PAIR_NONE && !was_waited_for(news, before) &&
           verdicts_kind(&news->oldest->verdicts, before) == kind;
}

/* Has the cycle a block that makes it news? */
static bool is_new_cycle(const struct news *news, const struct cycle *cycle)
{
    const struct cycles *cycles = &news->newest->cycles;
    for (uint32_t m = cycle->first; m < cycle->first + cycle->member_count; m++)
        if (!was_lost(news, cycles->member[m]) && !is_waited_for(news, cycles->member[m]))
            return true;
    return false;
}

void diff_news_count(struct diff *diff, const struct analysis *oldest,
                     const struct analysis *newest)
{
    const struct news news = {diff, oldest, newest};
    for (uint32_t b = 0; b < newest->dump->block_count; b++) {
        enum block_kind kind = verdicts_kind(&newest->verdicts, b);
        if (heap_graph_counts(&newest->heap, b) && !is_waited_for(&news, b) &&
            !was_so(&news, b, kind))
            amount_add_block(&diff->newly_lost[kind], newest->dump->block_bytes[b]);
    }
    for (uint32_t c = 0; c < newest->cycles.lost_count; c++)
        diff->newly_lost_cycles += is_new_cycle(&news, &newest->cycles.cycle[c]);
}
