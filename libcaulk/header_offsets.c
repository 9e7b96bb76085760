/*
 * Most heaps are pointed to at first bytes only, so the first step looks for groups that have any
 * pointer at 1 to 64 bytes; without one there is nothing to do. The second notes for each block
 * where it is hit (a bit per offset: pages of blocks that are never hit stay untouched), the third
 * counts hits by group, the fourth how many blocks the three commonest offsets cover.
 */
#include "libcaulk/header_offsets.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OFFSET 64
#define MIN_POINTED 64
#define COMMONEST 3
#define NO_RECORD UINT32_MAX

enum { HIT_START = 1, HIT_BEYOND = 2 }; /* at offset 0; past MAX_OFFSET */

struct record {
    uint32_t pointed;
    uint32_t covered;
    uint32_t hits[MAX_OFFSET + 1];
    uint64_t commonest; /* bit d - 1 */
    bool start_is_common;
};

struct survey {
    const struct header_offsets *header;
    uint32_t group_count;
    uint32_t *record_of; /* group -> record or NO_RECORD */
    struct record *record;
    uint32_t record_count;
    uint64_t *hit_at; /* block -> bit d - 1 */
    uint8_t *hit;     /* block -> HIT_… */
};

/* Group 0: blocks without a label whose stack is not known. */
static uint32_t group_of(const struct header_offsets *header, uint32_t block)
{
    uint32_t label = labels_of(header->labels, block);
    if (label != LABEL_NONE)
        return header->dump->stack_count + 1 + label;
    uint32_t stack = header->dump->block_stack[block];
    return callers_of(header->callers, dump_c_stack(header->dump, stack));
}

static bool is_small(uint32_t offset)
{
    return offset >= 1 && offset <= MAX_OFFSET;
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
    if (!is_small(offset))
        return;
    uint32_t group = group_of(survey->header, target);
    if (group && survey->record_of[group] == NO_RECORD)
        survey->record_of[group] = survey->record_count++;
}

static void mark_block(struct survey *survey, uint32_t target, uint32_t offset)
{
    if (is_small(offset))
        survey->hit_at[target] |= UINT64_C(1) << (offset - 1);
    else
        survey->hit[target] |= offset ? HIT_BEYOND : HIT_START;
}

static void count_hits(struct survey *survey, struct record *record, uint32_t block)
{
    uint64_t at = survey->hit_at[block];
    if (!at && !survey->hit[block])
        return;
    record->pointed++;
    record->hits[0] += (survey->hit[block] & HIT_START) != 0;
    for (; at; at &= at - 1)
        record->hits[__builtin_ctzll(at) + 1]++;
}

static void choose_commonest(struct record *record)
{
    for (int n = 0; n < COMMONEST; n++) {
        uint32_t best = 0;
        for (uint32_t d = 1; d <= MAX_OFFSET; d++)
            if (record->hits[d] > record->hits[best])
                best = d;
        if (!record->hits[best])
            return;
        record->hits[best] = 0;
        if (best)
            record->commonest |= UINT64_C(1) << (best - 1);
        else
            record->start_is_common = true;
    }
}

static void count_covered(struct survey *survey, struct record *record, uint32_t block)
{
    bool at_start = record->start_is_common && survey->hit[block] & HIT_START;
    record->covered += at_start || survey->hit_at[block] & record->commonest;
}

static void visit_blocks(struct survey *survey,
                         void (*visit)(struct survey *, struct record *, uint32_t))
{
    for (uint32_t b = 0; b < survey->header->dump->block_count; b++) {
        uint32_t record = survey->record_of[group_of(survey->header, b)];
        if (record != NO_RECORD)
            visit(survey, &survey->record[record], b);
    }
}

static void judge(struct survey *survey, uint64_t *accepted)
{
    visit_pointers(survey, mark_block);
    visit_blocks(survey, count_hits);
    for (uint32_t i = 0; i < survey->record_count; i++)
        choose_commonest(&survey->record[i]);
    visit_blocks(survey, count_covered);
    for (uint32_t g = 0; g < survey->group_count; g++) {
        if (survey->record_of[g] == NO_RECORD)
            continue;
        const struct record *record = &survey->record[survey->record_of[g]];
        if (record->pointed >= MIN_POINTED &&
            (uint64_t)record->covered * 10 >= (uint64_t)record->pointed * 9)
            accepted[g] = record->commonest;
    }
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
    uint64_t *accepted = calloc(survey->group_count, sizeof(*accepted));
    if (!survey->record || !survey->hit_at || !survey->hit || !accepted) {
        free(accepted);
        return false;
    }
    judge(survey, accepted);
    *ret_accepted = accepted;
    return true;
}

bool header_offsets_init(struct header_offsets *header, const struct dump *dump,
                         const struct labels *labels, const struct callers *callers)
{
    *header = (struct header_offsets){.dump = dump, .labels = labels, .callers = callers};
    struct survey survey = {.header = header, .group_count = dump->stack_count + 1 + labels->count};
    bool done = survey_groups(&survey);
    if (done && survey.record_count)
        done = survey_blocks(&survey, &header->accepted);
    free(survey.record_of);
    free(survey.record);
    free(survey.hit_at);
    free(survey.hit);
    return done;
}

void header_offsets_finish(struct header_offsets *header)
{
    free(header->accepted);
    *header = (struct header_offsets){0};
}

bool header_offsets_accept(const struct header_offsets *header, uint32_t block, uint32_t offset)
{
    return header->accepted && is_small(offset) &&
           header->accepted[group_of(header, block)] >> (offset - 1) & 1;
}
