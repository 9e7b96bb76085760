/* See libcaulk/ring.h. A search goes level by level, each a set of nodes in one word; the way back
 * is found from the levels, so that nothing else is kept. */
#include "libcaulk/ring.h"

#define BIT(node) (UINT64_C(1) << (node))

static uint64_t successors_of(const uint64_t *successors, uint64_t nodes)
{
    uint64_t all = 0;
    for (; nodes; nodes &= nodes - 1)
        all |= successors[__builtin_ctzll(nodes)];
    return all;
}

/* Fills level[1] and so on until one has an edge to start; returns that one's number, or 0. */
static uint32_t search(const uint64_t *successors, uint32_t start, uint32_t deepest,
                       uint64_t *level)
{
    uint64_t met = BIT(start);
    level[0] = met;
    for (uint32_t depth = 1; depth < deepest; depth++) {
        level[depth] = successors_of(successors, level[depth - 1]) & ~met;
        met |= level[depth];
        for (uint64_t nodes = level[depth]; nodes; nodes &= nodes - 1)
            if (successors[__builtin_ctzll(nodes)] & BIT(start))
                return depth;
    }
    return 0;
}

/* From the deepest level outwards: in each the lowest node that points to the one after it. */
static void trace_back(const uint64_t *successors, const uint64_t *level, uint32_t start,
                       uint32_t depth, uint32_t *ret_ring)
{
    uint32_t next = start;
    for (; depth > 0; depth--) {
        uint64_t nodes = level[depth];
        while (!(successors[__builtin_ctzll(nodes)] & BIT(next)))
            nodes &= nodes - 1;
        ret_ring[depth] = next = (uint32_t)__builtin_ctzll(nodes);
    }
    ret_ring[0] = start;
}

uint32_t ring_find(const uint64_t *successors, uint32_t count, uint32_t *ret_ring)
{
    uint64_t level[RING_NODES_MAX];
    uint32_t shortest = 0;
    for (uint32_t start = 0; start < count && shortest != 2; start++) {
        uint32_t depth = search(successors, start, shortest ? shortest - 1 : count, level);
        if (!depth)
            continue;
        shortest = depth + 1;
        trace_back(successors, level, start, depth, ret_ring);
    }
    return shortest;
}
