/* See dump_blocks.h. */
#include "preload/dump_blocks.h"

#include "preload/annotations.h"
#include "preload/kept.h"
#include "preload/pages.h"
#include "preload/runtime_facts.h"
#include "preload/sort.h"
#include "preload/tracker.h"

bool dump_block_is_loaders(const struct dump_job *job, uint32_t stack)
{
    uintptr_t caller = dump_stacks_caller(&job->stacks, stack);
    return caller >= runtime_facts.loader_start && caller < runtime_facts.loader_end;
}

bool dump_block_is_tree_node(const struct dump_job *job, uint32_t stack)
{
    uintptr_t caller = dump_stacks_caller(&job->stacks, stack);
    return caller > runtime_facts.tsearch_start && caller <= runtime_facts.tsearch_end;
}

/* Block numbers, ascending: of the blocks that caulk_ignore() named. */
struct numbers {
    uint64_t *items;
    size_t count, at;
};

static size_t count_annotations(enum annotation_kind kind)
{
    struct annotation annotation;
    size_t count = 0;
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);)
        count += annotation.kind == kind;
    return count;
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool find_ignored(const struct dump_job *job, struct numbers *ret_numbers)
{
    size_t capacity = annotations_any() ? count_annotations(ANNOTATION_IGNORE) : 0;
    *ret_numbers = (struct numbers){0};
    if (capacity == 0)
        return true;
    ret_numbers->items = pages_map(capacity * sizeof(*ret_numbers->items));
    if (!ret_numbers->items)
        return false;
    struct annotation annotation;
    struct heap_place place;
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);)
        if (annotation.kind == ANNOTATION_IGNORE && ret_numbers->count < capacity &&
            heap_blocks_find(&job->heap, annotation.address, &place))
            ret_numbers->items[ret_numbers->count++] = place.number;
    sort_records(ret_numbers->items, ret_numbers->count, sizeof(uint64_t), compare_numbers);
    return true;
}

/* Asked in ascending order. */
static bool take_number(struct numbers *numbers, uint64_t number)
{
    while (numbers->at < numbers->count && numbers->items[numbers->at] < number)
        numbers->at++;
    return numbers->at < numbers->count && numbers->items[numbers->at] == number;
}

static uint32_t flags_of(const struct dump_job *job, const struct heap_block *block, bool ignored)
{
    bool inherited = tracker.fork_tick != 0 && block->birth <= tracker.fork_tick;
    return (block->custom ? DUMP_BLOCK_CUSTOM : 0) | (ignored ? DUMP_BLOCK_IGNORED : 0) |
           (dump_block_is_loaders(job, block->stack) ? DUMP_BLOCK_RUNTIME : 0) |
           (block->pool ? DUMP_BLOCK_POOL : 0) | (inherited ? DUMP_BLOCK_INHERITED : 0);
}

static uint64_t encode_step(uint64_t step)
{
    return step % 16 == 0 ? step / 16 << 1 : step << 1 | 1;
}

bool dump_blocks_write(struct dump_job *job)
{
    struct numbers ignored;
    if (!find_ignored(job, &ignored))
        return false;
    struct dump_writer *writer = &job->writer;
    struct heap_cursor cursor = {0};
    struct heap_block block, last = {0};
    dump_writer_begin(writer, DUMP_BLOCKS);
    uint64_t count = 0;
    while (heap_blocks_next(&job->heap, &cursor, &block)) {
        if (!kept(job, block.number))
            continue;
        dump_writer_varint(writer, encode_step(block.address - last.address));
        dump_writer_varint(writer, block.bytes);
        dump_writer_varint(writer, dump_stacks_number(&job->stacks, block.stack));
        dump_writer_zigzag(writer, (int64_t)block.birth - last.birth);
        dump_writer_varint(writer, flags_of(job, &block, take_number(&ignored, block.number)));
        last = block;
        count++;
    }
    dump_writer_end(writer, count);
    return true;
}

static uint64_t write_declared(struct dump_job *job, uint32_t owner, uint32_t block)
{
    if (!kept(job, owner) || !kept(job, block))
        return 0;
    dump_writer_varint(&job->writer, kept_number(job, owner));
    dump_writer_varint(&job->writer, kept_number(job, block));
    return 1;
}

/* What the program declared, and that an inner block keeps the pool that it lies in. */
static void write_all_declared(struct dump_job *job)
{
    uint64_t count = 0;
    struct annotation annotation;
    struct heap_place owner, block;
    dump_writer_begin(&job->writer, DUMP_DECLARED);
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);)
        if (annotation.kind == ANNOTATION_OWN &&
            heap_blocks_find(&job->heap, annotation.address, &owner) &&
            heap_blocks_find(&job->heap, annotation.other, &block))
            count += write_declared(job, owner.number, block.number);
    for (size_t i = 0; i < job->heap.custom_count; i++)
        if (job->heap.customs[i].outer != INDEX_NO_BLOCK)
            count += write_declared(job, job->heap.customs[i].number, job->heap.customs[i].outer);
    dump_writer_end(&job->writer, count);
}

static void write_labels(struct dump_job *job)
{
    uint64_t count = 0;
    struct annotation annotation;
    struct heap_place block;
    dump_writer_begin(&job->writer, DUMP_LABELS);
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);) {
        if (annotation.kind != ANNOTATION_LABEL ||
            !heap_blocks_find(&job->heap, annotation.address, &block) || block.offset != 0 ||
            !kept(job, block.number))
            continue;
        dump_writer_varint(&job->writer, kept_number(job, block.number));
        dump_writer_varint(&job->writer, dump_strings_text(&job->strings, annotation.text));
        count++;
    }
    dump_writer_end(&job->writer, count);
}

void dump_annotations_write(struct dump_job *job)
{
    if (annotations_any()) {
        write_all_declared(job);
        write_labels(job);
    }
}
