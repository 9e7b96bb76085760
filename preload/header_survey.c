/*
 * Three walks over the blocks: how large each group is, so that it is known which blocks are looked
 * at; after the pointers were told, how often each offset is hit; and how many blocks the three
 * commonest cover. Only groups that are hit anywhere at 1 to 64 bytes are counted: most are not.
 */
#include "preload/header_survey.h"

#include <string.h>

#include "libcaulk/header_rule.h"
#include "preload/pages.h"

struct walk {
    struct header_survey *survey;
    uint32_t *counted_as; /* group -> its count's number from 1, 0: none */
    struct header_count *counts;
    uint32_t count;
};

static size_t group_bytes(const struct header_survey *survey, size_t each)
{
    return survey->groups->group_count * each;
}

static void measure_groups(struct header_survey *survey)
{
    struct heap_cursor cursor = {0};
    struct heap_block block;
    while (heap_blocks_next(survey->heap, &cursor, &block))
        survey->group_size[block_groups_of(survey->groups, block.number, block.stack)]++;
}

static bool choose_blocks(struct header_survey *survey)
{
    struct heap_cursor cursor = {0};
    struct heap_block block;
    uint32_t *seen = pages_map(group_bytes(survey, sizeof(*seen)));
    if (!seen)
        return false;
    uint32_t share = header_rule_share(survey->group_size, survey->groups->group_count);
    while (heap_blocks_next(survey->heap, &cursor, &block)) {
        uint32_t group = block_groups_of(survey->groups, block.number, block.stack);
        if (group != 0 && header_rule_looks_at(seen[group]++, survey->group_size[group], share))
            ranked_bits_set(&survey->looked_at, block.number);
    }
    pages_unmap(seen, group_bytes(survey, sizeof(*seen)));
    return true;
}

bool header_survey_init(struct header_survey *survey, const struct heap_blocks *heap,
                        const struct block_groups *groups)
{
    memset(survey, 0, sizeof(*survey));
    survey->heap = heap;
    survey->groups = groups;
    survey->group_size = pages_map(group_bytes(survey, sizeof(*survey->group_size)));
    survey->accepted = pages_map(group_bytes(survey, sizeof(*survey->accepted)));
    if (!survey->group_size || !survey->accepted ||
        !ranked_bits_init(&survey->looked_at, heap->index.block_count))
        return false;
    measure_groups(survey);
    if (!choose_blocks(survey))
        return false;
    survey->looked_at_count = ranked_bits_seal(&survey->looked_at);
    survey->hit_at = pages_map((survey->looked_at_count + 1ul) * sizeof(*survey->hit_at));
    survey->hit = pages_map(survey->looked_at_count + 1ul);
    return survey->hit_at && survey->hit;
}

void header_survey_hit(struct header_survey *survey, uint32_t target, uint64_t offset)
{
    if (!ranked_bits_get(&survey->looked_at, target))
        return;
    uint32_t rank = ranked_bits_rank(&survey->looked_at, target);
    struct header_hits hits = {survey->hit_at[rank], survey->hit[rank]};
    header_rule_hit(&hits, offset);
    survey->hit_at[rank] = hits.at;
    survey->hit[rank] = hits.other;
}

typedef void visit_fn(struct walk *walk, uint32_t group, const struct header_hits *hits);

static void visit_looked_at(struct walk *walk, visit_fn *visit)
{
    struct header_survey *survey = walk->survey;
    struct heap_cursor cursor = {0};
    struct heap_block block;
    for (uint32_t rank = 0; heap_blocks_next(survey->heap, &cursor, &block);) {
        if (!ranked_bits_get(&survey->looked_at, block.number))
            continue;
        struct header_hits hits = {survey->hit_at[rank], survey->hit[rank]};
        visit(walk, block_groups_of(survey->groups, block.number, block.stack), &hits);
        rank++;
    }
}

static void choose_group(struct walk *walk, uint32_t group, const struct header_hits *hits)
{
    if (hits->at && !walk->counted_as[group])
        walk->counted_as[group] = ++walk->count;
}

static void count(struct walk *walk, uint32_t group, const struct header_hits *hits)
{
    if (walk->counted_as[group])
        header_rule_count(&walk->counts[walk->counted_as[group] - 1], hits);
}

static void cover(struct walk *walk, uint32_t group, const struct header_hits *hits)
{
    if (walk->counted_as[group])
        header_rule_cover(&walk->counts[walk->counted_as[group] - 1], hits);
}

static bool judge_groups(struct walk *walk)
{
    visit_looked_at(walk, choose_group);
    if (walk->count == 0)
        return true;
    walk->counts = pages_map(walk->count * sizeof(*walk->counts));
    if (!walk->counts)
        return false;
    visit_looked_at(walk, count);
    for (uint32_t i = 0; i < walk->count; i++)
        header_rule_choose(&walk->counts[i]);
    visit_looked_at(walk, cover);
    struct header_survey *survey = walk->survey;
    for (uint32_t g = 0; g < survey->groups->group_count; g++)
        if (walk->counted_as[g])
            survey->accepted[g] = header_rule_accepted(&walk->counts[walk->counted_as[g] - 1]);
    pages_unmap(walk->counts, walk->count * sizeof(*walk->counts));
    return true;
}

bool header_survey_judge(struct header_survey *survey)
{
    struct walk walk = {.survey = survey};
    walk.counted_as = pages_map(group_bytes(survey, sizeof(*walk.counted_as)));
    bool done = walk.counted_as && judge_groups(&walk);
    pages_unmap(walk.counted_as, group_bytes(survey, sizeof(*walk.counted_as)));
    pages_unmap(survey->group_size, group_bytes(survey, sizeof(*survey->group_size)));
    pages_unmap(survey->hit_at, (survey->looked_at_count + 1ul) * sizeof(*survey->hit_at));
    pages_unmap(survey->hit, survey->looked_at_count + 1ul);
    ranked_bits_finish(&survey->looked_at);
    return done;
}

bool header_survey_accepts(const struct header_survey *survey, uint32_t number, uintptr_t address,
                           uint64_t offset)
{
    struct heap_block block;
    if (!header_rule_is_small(offset) || !heap_blocks_at(survey->heap, number, address, &block))
        return false;
    uint32_t group = block_groups_of(survey->groups, number, block.stack);
    return survey->accepted[group] >> (offset - 1) & 1;
}
