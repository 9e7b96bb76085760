/*
 * Most heaps are pointed to at first bytes only, so the first step looks for groups that have any
 * pointer at 1 to 64 bytes; without one there is nothing to do. The second notes for each block
 * where it is hit (a bit per offset: pages of blocks that are never hit stay untouched), the third
 * counts hits by group, the fourth how many blocks the three commonest offsets cover. The tracker
 * does the same in preload/header_survey.c.
 */
#include "libcaulk/header_offsets.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/header_rule.h"

#define WORD_BYTES UINT64_C(8)
#define NO_RECORD UINT32_MAX

struct survey {
    const struct header_offsets *header;
    uint32_t group_count;
    uint32_t *record_of; /* group -> record or NO_RECORD */
    struct header_count *record;
    uint32_t record_count;
    uint64_t *hit_at; /* block -> bit d - 1 */
    uint8_t *hit;     /* block -> HEADER_RULE_… */
    uint32_t *group_size;
    uint32_t *seen; /* group -> blocks passed */
    uint32_t share;
};

/* Group 0: blocks without a label whose stack is not known. */
static uint32_t group_of(const struct header_offsets *header, uint32_t block)
{
    const struct dump *dump = header->dump;
    uint32_t label = labels_of(header->labels, block);
    bool called = header->by_types || (dump->block_label && dump->block_label[block]);
    if (called && label != LABEL_NONE)
        return dump->stack_count + 1 + label;
    return callers_of(header->callers, dump_c_stack(dump, dump->block_stack[block]));
}

typedef void visit_fn(struct survey *survey, uint32_t target, uint32_t offset);

/* Every pointer but a block's to itself. */
static void visit_pointers(struct survey *survey, visit_fn *visit)
{
    const struct dump *dump = survey->header->dump;
    const struct pointers *edges = &dump->edges;
    for (uint32_t b = 0; b < dump->block_count; b++)
        for (uint64_t e = edges->begin[b]; e < edges->begin[b + 1]; e++)
            if (edges->target[e] != b)
                visit(survey, edges->target[e], edges->target_offset[e]);
    for (uint64_t r = 0; r < dump->refs.count; r++)
        visit(survey, dump->refs.target[r], dump->refs.target_offset[r]);
}

static void mark_group(struct survey *survey, uint32_t target, uint32_t offset)
{
    if (!header_rule_is_small(offset))
        return;
    uint32_t group = group_of(survey->header, target);
    if (group && survey->record_of[group] == NO_RECORD)
        survey->record_of[group] = survey->record_count++;
}

static void mark_block(struct survey *survey, uint32_t target, uint32_t offset)
{
    struct header_hits hits = {survey->hit_at[target], survey->hit[target]};
    header_rule_hit(&hits, offset);
    survey->hit_at[target] = hits.at;
    survey->hit[target] = hits.other;
}

static void measure_groups(struct survey *survey)
{
    for (uint32_t b = 0; b < survey->header->dump->block_count; b++)
        survey->group_size[group_of(survey->header, b)]++;
    survey->share = header_rule_share(survey->group_size, survey->group_count);
}

/* The blocks that are looked at, of groups with a record. */
static void visit_blocks(struct survey *survey,
                         void (*visit)(struct header_count *, const struct header_hits *))
{
    memset(survey->seen, 0, survey->group_count * sizeof(*survey->seen));
    for (uint32_t b = 0; b < survey->header->dump->block_count; b++) {
        uint32_t group = group_of(survey->header, b);
        uint32_t record = survey->record_of[group];
        struct header_hits hits = {survey->hit_at[b], survey->hit[b]};
        if (record != NO_RECORD &&
            header_rule_looks_at(survey->seen[group]++, survey->group_size[group], survey->share))
            visit(&survey->record[record], &hits);
    }
}

static void judge(struct survey *survey, uint64_t *accepted)
{
    measure_groups(survey);
    visit_pointers(survey, mark_block);
    visit_blocks(survey, header_rule_count);
    for (uint32_t i = 0; i < survey->record_count; i++)
        header_rule_choose(&survey->record[i]);
    visit_blocks(survey, header_rule_cover);
    for (uint32_t g = 0; g < survey->group_count; g++)
        if (survey->record_of[g] != NO_RECORD)
            accepted[g] = header_rule_accepted(&survey->record[survey->record_of[g]]);
}

static bool survey_groups(struct survey *survey)
{
    survey->record_of = malloc((size_t)survey->group_count * sizeof(*survey->record_of));
    if (!survey->record_of)
        return false;
    memset(survey->record_of, 0xff, (size_t)survey->group_count * sizeof(*survey->record_of));
    visit_pointers(survey, mark_group);
    return true;
}

static bool survey_blocks(struct survey *survey, uint64_t **ret_accepted)
{
    size_t blocks = survey->header->dump->block_count;
    survey->record = calloc(survey->record_count, sizeof(*survey->record));
    survey->hit_at = calloc(blocks, sizeof(*survey->hit_at));
    survey->hit = calloc(blocks, 1);
    survey->group_size = calloc(survey->group_count, sizeof(*survey->group_size));
    survey->seen = calloc(survey->group_count, sizeof(*survey->seen));
    uint64_t *accepted = calloc(survey->group_count, sizeof(*accepted));
    if (!survey->record || !survey->hit_at || !survey->hit || !survey->group_size ||
        !survey->seen || !accepted) {
        free(accepted);
        return false;
    }
    judge(survey, accepted);
    *ret_accepted = accepted;
    return true;
}

/* Where memory says that an object begins, or the values of one: so few are enough to be sure. */
static bool find_beginnings(struct header_offsets *header)
{
    const struct dump *dump = header->dump;
    if (!dump->typed_count)
        return true;
    header->begins_at = calloc(dump->block_count, sizeof(*header->begins_at));
    if (!header->begins_at)
        return false;
    for (uint32_t i = 0; i < dump->attributes_count; i++) {
        const struct attributes *values = &dump->attributes[i];
        uint64_t offset =
            values->word * WORD_BYTES + -dump->block_address[values->block] % WORD_BYTES;
        if (offset <= UINT16_MAX)
            header->begins_at[values->block] = (uint16_t)offset;
    }
    for (uint32_t i = 0; i < dump->typed_count; i++)
        header->begins_at[dump->typed[i].block] =
            (uint16_t)dump->types[dump->typed[i].type].object_offset;
    return true;
}

static bool has_python(const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->type_count; i++)
        if (dump_type_is_python(dump->types[i].kind))
            return true;
    return false;
}

bool header_offsets_init(struct header_offsets *header, const struct dump *dump,
                         const struct labels *labels, const struct callers *callers)
{
    *header = (struct header_offsets){
        .dump = dump, .labels = labels, .callers = callers, .by_types = has_python(dump)};
    if (!find_beginnings(header))
        return false;
    if (dump->process.only_lost)
        return true; /* judged when all blocks were there: a witness says it */
    struct survey survey = {.header = header, .group_count = dump->stack_count + 1 + labels->count};
    bool done = survey_groups(&survey);
    if (done && survey.record_count)
        done = survey_blocks(&survey, &header->accepted);
    free(survey.record_of);
    free(survey.record);
    free(survey.hit_at);
    free(survey.hit);
    free(survey.group_size);
    free(survey.seen);
    return done;
}

void header_offsets_finish(struct header_offsets *header)
{
    free(header->accepted);
    free(header->begins_at);
    *header = (struct header_offsets){0};
}

bool header_offsets_accept(const struct header_offsets *header, uint32_t block, uint32_t offset)
{
    if (offset && header->begins_at && header->begins_at[block] == offset)
        return true;
    return header->accepted && header_rule_is_small(offset) &&
           header->accepted[group_of(header, block)] >> (offset - 1) & 1;
}
