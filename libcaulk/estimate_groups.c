/* A group is a number for a key; callers and labels take more bits than a key has, so pairs of them
 * are numbered first. */
#include "libcaulk/estimate_groups.h"

#include <assert.h>
#include <stdlib.h>

#include "libcaulk/id_table.h"

/* Of the key: kind, cycle, size, what it holds; the pair of caller and label is above. */
#define KIND_BITS 3
#define SIZE_BITS 7
#define HELD_BITS 5
#define FEATURE_BITS (KIND_BITS + 1 + SIZE_BITS + HELD_BITS)

/* Powers of two for the size, of 16 for what is held. */
#define HELD_STEP 4

static_assert(KIND_COUNT <= 1 << KIND_BITS, "room for the kind");
static_assert(64 < 1 << SIZE_BITS && 1 + 64 / HELD_STEP < 1 << HELD_BITS, "room for sizes");

/* 0 for 0, else 1 + the logarithm, rounded down. */
static unsigned bits_of(uint64_t value)
{
    return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

static bool in_lost_cycle(const struct cycles *cycles, uint32_t block)
{
    uint32_t cycle = cycles_find(cycles, block);
    return cycle != CYCLE_NONE && cycle < cycles->lost_count;
}

static uint64_t features(const struct estimate_groups *groups, uint32_t block)
{
    const struct amount held = estimate_groups_held(groups, block);
    uint64_t key = verdicts_kind(groups->verdicts, block);
    key = key << 1 | in_lost_cycle(groups->cycles, block);
    key = key << SIZE_BITS | bits_of(groups->heap->dump->block_bytes[block]);
    return key << HELD_BITS | (held.blocks ? 1 + bits_of(held.bytes) / HELD_STEP : 0);
}

static bool add_up_held(struct estimate_groups *groups)
{
    const struct verdicts *verdicts = groups->verdicts;
    const struct dump *dump = groups->heap->dump;
    uint32_t count = verdicts->lost.graph.node_count;
    groups->held = calloc((size_t)count + 1, sizeof(*groups->held));
    groups->node_of = malloc(((size_t)dump->block_count + 1) * sizeof(*groups->node_of));
    if (!groups->held || !groups->node_of)
        return false;
    for (uint32_t node = 0; node < count; node++) {
        uint32_t block = verdicts->lost.node[node], source = verdicts->source[node];
        groups->node_of[block] = node;
        if (source != GRAPH_NONE && source != node && heap_graph_counts(groups->heap, block))
            amount_add_block(&groups->held[source], dump->block_bytes[block]);
    }
    return true;
}

static bool number_blocks(struct estimate_groups *groups, struct id_table *pairs,
                          struct id_table *keys)
{
    const struct heap_graph *heap = groups->heap;
    for (uint32_t b = 0; b < heap->dump->block_count; b++) {
        uint32_t stack = heap->dump->block_stack[b], pair;
        groups->of_block[b] = GROUP_NONE;
        if (!stack || !heap_graph_counts(heap, b))
            continue;
        uint64_t caller = callers_of(&heap->callers, stack);
        if (!id_table_add(pairs, caller << 32 | labels_of(&heap->labels, b), &pair) ||
            !id_table_add(keys, (uint64_t)pair << FEATURE_BITS | features(groups, b),
                          &groups->of_block[b]))
            return false;
    }
    groups->count = keys->count;
    return true;
}

bool estimate_groups_init(struct estimate_groups *groups, const struct heap_graph *heap,
                          const struct verdicts *verdicts, const struct cycles *cycles)
{
    struct id_table pairs = {0}, keys = {0};
    *groups = (struct estimate_groups){.heap = heap, .verdicts = verdicts, .cycles = cycles};
    groups->of_block = malloc(((size_t)heap->dump->block_count + 1) * sizeof(*groups->of_block));
    bool done = groups->of_block && add_up_held(groups) && number_blocks(groups, &pairs, &keys);
    id_table_finish(&pairs);
    id_table_finish(&keys);
    return done;
}

void estimate_groups_finish(struct estimate_groups *groups)
{
    free(groups->of_block);
    free(groups->held);
    free(groups->node_of);
    *groups = (struct estimate_groups){0};
}

struct amount estimate_groups_held(const struct estimate_groups *groups, uint32_t block)
{
    if (verdicts_kind(groups->verdicts, block) != KIND_DEFINITE)
        return (struct amount){0, 0};
    return groups->held[groups->node_of[block]];
}
