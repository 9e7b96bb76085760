/*
 * First the pointers are shown to the survey, then marks spread: from lasting roots, and then from
 * weak witnesses (registers, stacks of threads that did not park), so that what only these keep can
 * be counted.
 */
#include "preload/reachable.h"

#include <string.h>

#include "preload/annotations.h"
#include "preload/block_scan.h"
#include "preload/block_spread.h"
#include "preload/dump_blocks.h"
#include "preload/pages.h"
#include "preload/root_kinds.h"
#include "preload/sort.h"

/* ---- what is no pointer in memory ---- */

static int compare_owned(const void *a, const void *b)
{
    const struct owned_block *left = a, *right = b;
    return (left->owner > right->owner) - (left->owner < right->owner);
}

static void list_owned(struct reachable *reachable)
{
    const struct heap_blocks *heap = &reachable->job->heap;
    struct annotation annotation;
    struct heap_place owner, block;
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);)
        if (annotation.kind == ANNOTATION_OWN &&
            heap_blocks_find(heap, annotation.address, &owner) &&
            heap_blocks_find(heap, annotation.other, &block))
            reachable->owned[reachable->owned_count++] =
                (struct owned_block){owner.number, block.number, block.address};
    for (size_t i = 0; i < heap->custom_count; i++)
        if (heap->customs[i].outer != INDEX_NO_BLOCK)
            reachable->owned[reachable->owned_count++] = (struct owned_block){
                heap->customs[i].number, heap->customs[i].outer, heap->customs[i].outer_address};
}

static bool find_owned(struct reachable *reachable)
{
    size_t count = reachable->job->heap.custom_count;
    struct annotation annotation;
    for (size_t cursor = 0; annotations_any() && annotations_next(&cursor, &annotation);)
        count += annotation.kind == ANNOTATION_OWN;
    if (count == 0)
        return true;
    reachable->owned = pages_map(count * sizeof(*reachable->owned));
    if (!reachable->owned)
        return false;
    list_owned(reachable);
    sort_records(reachable->owned, reachable->owned_count, sizeof(*reachable->owned),
                 compare_owned);
    return true;
}

void reachable_owned(const struct reachable *reachable, uint32_t owner,
                     void (*found)(void *context, uint32_t block, uintptr_t address), void *context)
{
    size_t low = 0, high = reachable->owned_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reachable->owned[middle].owner < owner)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < reachable->owned_count && reachable->owned[low].owner == owner; low++)
        found(context, reachable->owned[low].block, reachable->owned[low].address);
}

static void add_owned(void *context, uint32_t block, uintptr_t address)
{
    struct reachable *reachable = context;
    marks_add(&reachable->marks, block, address);
}

/* ---- the survey ---- */

static void show_edge(void *context, const struct reference *reference)
{
    struct reachable *reachable = context;
    if (reference->target != reachable->from.number)
        header_survey_hit(&reachable->survey, reference->target, reference->target_offset);
}

static void show_root(void *context, const struct roots *roots, const struct reference *reference)
{
    struct reachable *reachable = context;
    (void)roots;
    header_survey_hit(&reachable->survey, reference->target, reference->target_offset);
}

static bool survey(struct reachable *reachable)
{
    struct dump_job *job = reachable->job;
    struct heap_cursor cursor = {0};
    if (!block_groups_init(&reachable->groups, job) ||
        !header_survey_init(&reachable->survey, &job->heap, &reachable->groups))
        return false;
    job->scan.found = show_edge;
    job->scan.context = reachable;
    while (heap_blocks_next(&job->heap, &cursor, &reachable->from))
        block_scan(job, &reachable->from);
    root_kinds_look(job, show_root, reachable);
    job->scan.header = &reachable->survey;
    return header_survey_judge(&reachable->survey);
}

/* ---- marks ---- */

static bool is_exact(const struct reference *reference)
{
    return !reference->interior || reference->witnesses;
}

static void follow_edge(void *context, const struct reference *reference)
{
    struct reachable *reachable = context;
    struct marks *marks = &reachable->marks;
    uint32_t from = reachable->from.number;
    if (reference->interior && reference->target == from)
        return;
    if (is_exact(reference))
        marks_add(marks, reference->target, reference->target_address);
    else if (!ranked_bits_get(&marks->reached, reference->target))
        ranked_bits_set(&reachable->pointing, from / MARKS_CARD_BLOCKS);
}

static void look_into(void *context, const struct heap_block *block)
{
    struct reachable *reachable = context;
    reachable->from = *block;
    block_scan(reachable->job, block);
    reachable_owned(reachable, block->number, add_owned, reachable);
}

static void spread(struct reachable *reachable)
{
    const struct block_spread how = {reachable->job, &reachable->marks, look_into, reachable};
    reachable->job->scan.found = follow_edge;
    reachable->job->scan.context = reachable;
    block_spread(&how);
}

/* As in libcaulk/verdicts.c. */
static bool is_weak(const struct roots *roots)
{
    const struct dump_root *root = &roots->current;
    bool of_thread = root->kind == DUMP_ROOT_STACK || root->kind == DUMP_ROOT_ALTSTACK;
    return root->kind == DUMP_ROOT_REGISTERS ||
           (of_thread && roots->job->snapshot->threads[root->owner].state == DUMP_THREAD_UNPARKED);
}

static void follow_root(void *context, const struct roots *roots, const struct reference *reference)
{
    struct reachable *reachable = context;
    if (!is_exact(reference) || (!reachable->weak_too && is_weak(roots)))
        return;
    reachable->weak_added |=
        reachable->weak_too && !ranked_bits_get(&reachable->marks.reached, reference->target);
    marks_add(&reachable->marks, reference->target, reference->target_address);
}

static void add_runtimes_own(struct reachable *reachable)
{
    struct heap_cursor cursor = {0};
    struct heap_block block;
    while (heap_blocks_next(&reachable->job->heap, &cursor, &block))
        if (dump_block_is_loaders(reachable->job, block.stack))
            marks_add(&reachable->marks, block.number, block.address);
}

static struct block_total add_up(const struct reachable *reachable)
{
    struct heap_cursor cursor = {0};
    struct heap_block block;
    struct block_total sum = {0};
    while (heap_blocks_next(&reachable->job->heap, &cursor, &block))
        if (!block.pool && ranked_bits_get(&reachable->marks.reached, block.number)) {
            sum.blocks++;
            sum.bytes += block.bytes;
        }
    return sum;
}

static void mark(struct reachable *reachable)
{
    root_kinds_look(reachable->job, follow_root, reachable);
    add_runtimes_own(reachable);
    spread(reachable);

    struct roots roots;
    struct block_total strong = add_up(reachable);
    reachable->weak_too = true;
    roots_look(&roots, reachable->job, follow_root, reachable);
    root_threads_scan(&roots);
    if (!reachable->weak_added)
        return;
    spread(reachable);
    struct block_total all = add_up(reachable);
    reachable->weak = (struct block_total){all.blocks - strong.blocks, all.bytes - strong.bytes};
}

bool reachable_find(struct reachable *reachable, struct dump_job *job, size_t entries)
{
    memset(reachable, 0, sizeof(*reachable));
    reachable->job = job;
    uint32_t count = job->heap.index.block_count;
    if (!find_owned(reachable) || !survey(reachable) ||
        !marks_init(&reachable->marks, count, entries) ||
        !ranked_bits_init(&reachable->pointing, count / MARKS_CARD_BLOCKS + 1))
        return false;
    mark(reachable);
    marks_seal(&reachable->marks);
    job->summed = &reachable->marks.reached;
    return true;
}

void reachable_pointing(struct reachable *reachable,
                        void (*found)(void *context, const struct reference *reference),
                        void *context)
{
    struct dump_job *job = reachable->job;
    struct heap_cursor cursor = {0};
    struct heap_block block;
    job->scan.found = found;
    job->scan.context = context;
    while (heap_blocks_next(&job->heap, &cursor, &block))
        if (ranked_bits_get(&reachable->pointing, block.number / MARKS_CARD_BLOCKS) &&
            ranked_bits_get(&reachable->marks.reached, block.number))
            block_scan(job, &block);
}
