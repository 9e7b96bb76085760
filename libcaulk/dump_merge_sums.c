/* Blocks that are alike get a number, by two keys: stack and label, and what they are. */
#include <stdlib.h>
#include <string.h>

#include "libcaulk/age_profile.h"
#include "libcaulk/array_room.h"
#include "libcaulk/dump_format_merged.h"
#include "libcaulk/dump_merge_parts.h"
#include "libcaulk/id_table.h"

static_assert(KIND_DEFINITE == (int)DUMP_SUM_DEFINITE && KIND_INDIRECT == (int)DUMP_SUM_INDIRECT &&
                  KIND_POSSIBLE == (int)DUMP_SUM_POSSIBLE &&
                  KIND_REACHABLE == (int)DUMP_SUM_REACHABLE &&
                  KIND_SUPPRESSED == (int)DUMP_SUM_SUPPRESSED &&
                  KIND_COUNT == (int)DUMP_SUM_KIND_END,
              "the same numbers as in the file");

struct collecting {
    const struct analysis *analysis;
    const struct process *process; /* of the reduced dump */
    struct id_table places;        /* stack, label */
    struct id_table keys;          /* place, what */
    struct block_sum *sums;
};

static bool find_sum(struct collecting *collecting, uint32_t stack, uint32_t label, uint8_t what,
                     struct block_sum **ret_sum)
{
    const char **names = collecting->analysis->heap.labels.name;
    uint32_t place, number, known = collecting->keys.count;
    if (!id_table_add(&collecting->places, (uint64_t)stack << 32 | label, &place) ||
        !id_table_add(&collecting->keys, (uint64_t)place << 32 | what, &number))
        return false;
    if (number == known) {
        struct block_sum *larger = array_room(collecting->sums, known, sizeof(*larger));
        if (!larger)
            return false;
        collecting->sums = larger;
        collecting->sums[number] = (struct block_sum){
            .stack = stack, .what = what, .label = label == LABEL_NONE ? NULL : names[label]};
    }
    *ret_sum = &collecting->sums[number];
    return true;
}

static uint8_t what_is(const struct analysis *analysis, uint32_t block)
{
    enum block_kind kind = verdicts_kind(&analysis->verdicts, block);
    uint32_t cycle = cycles_find(&analysis->cycles, block);
    uint32_t what = kind;
    if (cycle != CYCLE_NONE && analysis->cycles.cycle[cycle].lost)
        what |= SUM_IN_CYCLE;
    if (block_kind_is_lost(kind) && pending_is(&analysis->pending, &analysis->verdicts, block))
        what |= SUM_PENDING;
    if (estimates_is(&analysis->estimates, analysis->dump->block_stack[block], kind))
        what |= SUM_ESTIMATED;
    return (uint8_t)what;
}

static bool sum_of_block(struct collecting *collecting, uint32_t block, struct block_sum **ret_sum)
{
    const struct analysis *analysis = collecting->analysis;
    return find_sum(collecting, analysis->dump->block_stack[block],
                    labels_of(&analysis->heap.labels, block), what_is(analysis, block), ret_sum);
}

/* Ticks of the merged dump, which has others, and none past its dump. */
static uint32_t move_birth(const struct collecting *collecting, uint32_t birth)
{
    double seconds = leak_born_seconds(&collecting->analysis->dump->process, birth);
    double tick = seconds * 1e9 / (double)collecting->process->tick_ns;
    return tick < collecting->process->tick ? (uint32_t)tick : collecting->process->tick;
}

/* Ticks of any length may have come out of order. */
static void note_births(struct block_sum *sum, uint32_t one, uint32_t other)
{
    uint32_t first = one < other ? one : other, last = one < other ? other : one;
    if (!sum->blocks || first < sum->first_birth)
        sum->first_birth = first;
    if (!sum->blocks || last > sum->last_birth)
        sum->last_birth = last;
}

static bool add_block(struct collecting *collecting, uint32_t block)
{
    const struct dump *dump = collecting->analysis->dump;
    struct amount own = estimates_own(&collecting->analysis->estimates, block);
    struct block_sum *sum;
    if (!own.blocks)
        return true;
    if (!sum_of_block(collecting, block, &sum))
        return false;
    uint32_t birth = move_birth(collecting, dump->block_birth[block]);
    unsigned tenth = age_profile_tenth(&dump->process, dump->block_birth[block]);
    note_births(sum, birth, birth);
    sum->blocks += own.blocks;
    sum->bytes += own.bytes;
    sum->born_bytes[tenth] += own.bytes;
    sum->later_blocks += tenth ? own.blocks : 0;
    sum->samples++;
    return true;
}

static bool add_held(struct collecting *collecting)
{
    const struct analysis *analysis = collecting->analysis;
    for (uint32_t node = 0; node < analysis->verdicts.lost.graph.node_count; node++) {
        uint32_t source;
        struct amount held;
        struct block_sum *sum;
        if (!estimates_held(&analysis->estimates, node, &source, &held) ||
            !heap_graph_counts(&analysis->heap, source))
            continue;
        if (!sum_of_block(collecting, source, &sum))
            return false;
        sum->held_blocks += held.blocks;
        sum->held_bytes += held.bytes;
    }
    return true;
}

/* Adds all but what they are summed by. */
static void join(struct block_sum *to, const struct block_sum *from, uint32_t first, uint32_t last)
{
    note_births(to, first, last);
    to->blocks += from->blocks;
    to->bytes += from->bytes;
    to->later_blocks += from->later_blocks;
    to->held_blocks += from->held_blocks;
    to->held_bytes += from->held_bytes;
    to->samples += from->samples;
    for (int i = 0; i < SUM_TENTHS; i++)
        to->born_bytes[i] += from->born_bytes[i];
}

static bool add_sum(struct collecting *collecting, uint32_t index)
{
    const struct analysis *analysis = collecting->analysis;
    const struct block_sum *from = &analysis->dump->sums[index];
    struct block_sum *sum;
    if (!find_sum(collecting, from->stack, labels_of_sum(&analysis->heap.labels, index), from->what,
                  &sum))
        return false;
    join(sum, from, move_birth(collecting, from->first_birth),
         move_birth(collecting, from->last_birth));
    return true;
}

static bool collect(struct collecting *collecting)
{
    const struct heap_graph *heap = &collecting->analysis->heap;
    for (uint32_t b = 0; b < heap->dump->block_count; b++)
        if (heap_graph_counts(heap, b) && !add_block(collecting, b))
            return false;
    for (uint32_t i = 0; i < heap->dump->sum_count; i++)
        if (!add_sum(collecting, i))
            return false;
    return add_held(collecting);
}

bool merge_sums_collect(const struct analysis *analysis, const struct process *process,
                        struct block_sum **ret_sums, uint32_t *ret_count)
{
    struct collecting collecting = {.analysis = analysis, .process = process};
    bool done = collect(&collecting);
    if (done) {
        *ret_sums = collecting.sums;
        *ret_count = collecting.keys.count;
    } else {
        free(collecting.sums);
    }
    id_table_finish(&collecting.places);
    id_table_finish(&collecting.keys);
    return done;
}

static int compare(const void *left, const void *right)
{
    const struct block_sum *a = left, *b = right;
    if (a->stack != b->stack)
        return a->stack < b->stack ? -1 : 1;
    int labels = strcmp(a->label ? a->label : "", b->label ? b->label : "");
    if (labels)
        return labels;
    return (a->what > b->what) - (a->what < b->what);
}

void merge_sums_join(struct block_sum *sums, uint32_t *count)
{
    uint32_t kept = 0;
    if (*count)
        qsort(sums, *count, sizeof(*sums), compare);
    for (uint32_t i = 0; i < *count; i++)
        if (kept && compare(&sums[kept - 1], &sums[i]) == 0)
            join(&sums[kept - 1], &sums[i], sums[i].first_birth, sums[i].last_birth);
        else
            sums[kept++] = sums[i];
    *count = kept;
}
