/* See block_groups.h. Labelled blocks are few or all; either way they are sorted once and found by
 * halving. */
#include "preload/block_groups.h"

#include <string.h>

#include "preload/annotations.h"
#include "preload/pages.h"
#include "preload/sort.h"
#include "preload/tracker.h"

struct caller {
    uint64_t pc;
    uint64_t node; /* number in the dump */
};

static int compare_callers(const void *a, const void *b)
{
    const struct caller *left = a, *right = b;
    if (left->pc != right->pc)
        return left->pc < right->pc ? -1 : 1;
    return (left->node > right->node) - (left->node < right->node);
}

static uint32_t list_callers(const struct dump_stacks *stacks, struct caller *callers)
{
    uint32_t count = 0;
    for (uint32_t node = 1; node <= stacks->count; node++) {
        uint32_t number = dump_stacks_number(stacks, node), parent;
        uintptr_t pc;
        if (number && stack_table_node(stacks->table, node, &parent, &pc))
            callers[count++] = (struct caller){pc, number};
    }
    return count;
}

/* The first node of each caller stands for all of its others. */
static bool group_callers(struct block_groups *groups)
{
    const struct dump_stacks *stacks = groups->stacks;
    size_t bytes = ((size_t)stacks->count + 1) * sizeof(struct caller);
    struct caller *callers = pages_map(bytes);
    groups->of_stack = pages_map(((size_t)stacks->count + 1) * sizeof(*groups->of_stack));
    if (!callers || !groups->of_stack)
        return false;
    uint32_t count = list_callers(stacks, callers), first = 0;
    sort_records(callers, count, sizeof(*callers), compare_callers);
    for (uint32_t i = 0; i < count; i++) {
        if (callers[i].pc != callers[first].pc)
            first = i;
        groups->of_stack[callers[i].node] = (uint32_t)callers[first].node;
    }
    pages_unmap(callers, bytes);
    return true;
}

static int compare_labels(const void *a, const void *b)
{
    const struct labelled_block *left = a, *right = b;
    return (left->label > right->label) - (left->label < right->label);
}

static int compare_numbers(const void *a, const void *b)
{
    const struct labelled_block *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

static size_t count_labels(void)
{
    struct annotation annotation;
    size_t count = 0;
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);)
        count += annotation.kind == ANNOTATION_LABEL;
    return count;
}

static void list_labelled(struct block_groups *groups, struct dump_job *job)
{
    struct annotation annotation;
    struct heap_place block;
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);)
        if (annotation.kind == ANNOTATION_LABEL &&
            heap_blocks_find(&job->heap, annotation.address, &block) && block.offset == 0)
            groups->labelled[groups->labelled_count++] = (struct labelled_block){
                .number = block.number,
                .label = dump_strings_text(&job->strings, annotation.text),
            };
}

static void group_labelled(struct block_groups *groups)
{
    struct labelled_block *labelled = groups->labelled;
    size_t count = groups->labelled_count;
    sort_records(labelled, count, sizeof(*labelled), compare_labels);
    for (size_t i = 0; i < count; i++) {
        groups->group_count += i == 0 || labelled[i].label != labelled[i - 1].label;
        labelled[i].group = groups->group_count - 1;
    }
    sort_records(labelled, count, sizeof(*labelled), compare_numbers);
}

static bool find_labelled(struct block_groups *groups, struct dump_job *job)
{
    size_t count = annotations_any() ? count_labels() : 0;
    if (count == 0)
        return true;
    groups->labelled = pages_map(count * sizeof(*groups->labelled));
    if (!groups->labelled)
        return false;
    list_labelled(groups, job);
    group_labelled(groups);
    return true;
}

bool block_groups_init(struct block_groups *groups, struct dump_job *job)
{
    memset(groups, 0, sizeof(*groups));
    groups->stacks = &job->stacks;
    groups->group_count = job->stacks.count + 1;
    if (tracker.options.stacks == DUMP_STACKS_SAMPLED && !group_callers(groups))
        return false;
    return find_labelled(groups, job);
}

static const struct labelled_block *find(const struct block_groups *groups, uint32_t number)
{
    size_t low = 0, high = groups->labelled_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (groups->labelled[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < groups->labelled_count && groups->labelled[low].number == number
               ? &groups->labelled[low]
               : NULL;
}

uint32_t block_groups_of(const struct block_groups *groups, uint32_t number, uint32_t stack)
{
    const struct labelled_block *labelled = find(groups, number);
    if (labelled)
        return (uint32_t)labelled->group;
    uint32_t node = dump_stacks_number(groups->stacks, stack);
    return groups->of_stack ? groups->of_stack[node] : node;
}

uint32_t block_groups_label(const struct block_groups *groups, uint32_t number)
{
    const struct labelled_block *labelled = find(groups, number);
    return labelled ? labelled->label : 0;
}
