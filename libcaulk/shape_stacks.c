/* Every sampled block of a cycle is an entry at first; sorted, equal ones become one with a count,
 * and then each member's are put in order of that. */
#include "libcaulk/shape_stacks.h"

#include <stdlib.h>

static uint64_t name_of(const struct heap_graph *heap, uint32_t block)
{
    uint64_t caller = callers_of(&heap->callers, heap->dump->block_stack[block]);
    return caller << 32 | labels_of(&heap->labels, block);
}

static bool has_full_stack(const struct dump *dump, uint32_t block)
{
    return dump->block_stack[block] && !dump_stack_is_cut(dump, dump->block_stack[block]);
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_members(const struct shape_stack *a, const struct shape_stack *b)
{
    int order = compare_u64(a->shape, b->shape);
    return order ? order : compare_u64(a->name, b->name);
}

static int compare_stacks(const void *left, const void *right)
{
    const struct shape_stack *a = left, *b = right;
    int order = compare_members(a, b);
    if (!order)
        order = compare_u64(a->stack, b->stack);
    return order ? order : compare_u64(a->block, b->block);
}

static int compare_common(const void *left, const void *right)
{
    const struct shape_stack *a = left, *b = right;
    int order = compare_members(a, b);
    if (!order)
        order = compare_u64(b->blocks, a->blocks);
    return order ? order : compare_u64(a->stack, b->stack);
}

static size_t count_sampled(const struct cycles *cycles, const struct dump *dump)
{
    size_t count = 0;
    for (uint32_t m = 0; m < cycles->member_total; m++)
        count += has_full_stack(dump, cycles->member[m]);
    return count;
}

static void list_sampled(struct shape_stacks *stacks, const struct cycles *cycles)
{
    for (uint32_t m = 0; m < cycles->member_total; m++) {
        uint32_t block = cycles->member[m];
        if (has_full_stack(stacks->heap->dump, block))
            stacks->stack[stacks->count++] =
                (struct shape_stack){.shape = cycles->cycle[cycles->cycle_of[m]].shape,
                                     .name = name_of(stacks->heap, block),
                                     .stack = stacks->heap->dump->block_stack[block],
                                     .blocks = 1,
                                     .block = block};
    }
}

static void join_equal(struct shape_stacks *stacks)
{
    size_t kept = 0;
    for (size_t i = 0; i < stacks->count; i++) {
        struct shape_stack *last = &stacks->stack[kept ? kept - 1 : 0];
        if (kept && !compare_members(last, &stacks->stack[i]) &&
            last->stack == stacks->stack[i].stack)
            last->blocks++;
        else
            stacks->stack[kept++] = stacks->stack[i];
    }
    stacks->count = kept;
}

bool shape_stacks_init(struct shape_stacks *stacks, const struct cycles *cycles,
                       const struct heap_graph *heap)
{
    *stacks = (struct shape_stacks){.heap = heap};
    if (heap->dump->process.stacks_mode != STACKS_SAMPLED)
        return true;
    size_t room = count_sampled(cycles, heap->dump) + 1;
    stacks->stack = malloc(room * sizeof(*stacks->stack));
    if (!stacks->stack)
        return false;
    list_sampled(stacks, cycles);
    qsort(stacks->stack, stacks->count, sizeof(*stacks->stack), compare_stacks);
    join_equal(stacks);
    qsort(stacks->stack, stacks->count, sizeof(*stacks->stack), compare_common);
    return true;
}

void shape_stacks_finish(struct shape_stacks *stacks)
{
    free(stacks->stack);
    *stacks = (struct shape_stacks){0};
}

/* The first entry that is not before the member. */
static size_t lower_bound(const struct shape_stacks *stacks, const struct shape_stack *member)
{
    size_t low = 0, high = stacks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_members(&stacks->stack[middle], member) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct shape_stack *shape_stacks_of(const struct shape_stacks *stacks, uint32_t shape,
                                          uint32_t block, size_t *ret_count)
{
    if (!stacks->count)
        return NULL;
    const struct shape_stack member = {.shape = shape, .name = name_of(stacks->heap, block)};
    size_t first = lower_bound(stacks, &member), end = first;
    while (end < stacks->count && !compare_members(&stacks->stack[end], &member))
        end++;
    *ret_count = end - first;
    return end > first ? &stacks->stack[first] : NULL;
}
