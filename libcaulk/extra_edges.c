/*
 * Pools nest (a custom allocator's arena in another's), and blocks come by address: one pass with a
 * stack of the pools that are open at the current address finds the innermost around each block.
 */
#include "libcaulk/extra_edges.h"

#include <stdlib.h>

static uint64_t count_pools(const struct dump *dump)
{
    uint64_t pools = 0;
    for (uint32_t b = 0; b < dump->block_count; b++)
        pools += (dump->block_flags[b] & BLOCK_POOL) != 0;
    return pools;
}

static bool lies_in(const struct dump *dump, uint32_t block, uint32_t pool)
{
    return dump->block_address[block] - dump->block_address[pool] < dump->block_bytes[pool];
}

/* With edge NULL it counts the blocks that lie in a pool and marks the pools; else it fills edge.
 */
static uint64_t walk_pools(const struct dump *dump, uint32_t *open, uint8_t *hollow,
                           struct extra_edge *edge)
{
    uint64_t found = 0;
    uint64_t depth = 0;
    for (uint32_t b = 0; b < dump->block_count; b++) {
        while (depth && !lies_in(dump, b, open[depth - 1]))
            depth--;
        if (depth) {
            hollow[open[depth - 1]] = 1;
            if (edge)
                edge[found] = (struct extra_edge){b, open[depth - 1], false};
            found++;
        }
        if (dump->block_flags[b] & BLOCK_POOL)
            open[depth++] = b;
    }
    return found;
}

static int compare_edges(const void *left, const void *right)
{
    const struct extra_edge *a = left;
    const struct extra_edge *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static bool collect(struct extra_edges *extra, const struct dump *dump, uint32_t *open)
{
    uint64_t inside = extra->hollow ? walk_pools(dump, open, extra->hollow, NULL) : 0;
    extra->declared_count = dump->declared_count;
    extra->count = inside + dump->declared_count;
    extra->edge = malloc((extra->count + 1) * sizeof(*extra->edge));
    if (!extra->edge)
        return false;
    if (inside)
        walk_pools(dump, open, extra->hollow, extra->edge);
    for (uint64_t d = 0; d < dump->declared_count; d++)
        extra->edge[inside + d] =
            (struct extra_edge){dump->declared[d].owner, dump->declared[d].block, true};
    if (extra->count)
        qsort(extra->edge, extra->count, sizeof(*extra->edge), compare_edges);
    return true;
}

bool extra_edges_init(struct extra_edges *extra, const struct dump *dump)
{
    *extra = (struct extra_edges){0};
    uint64_t pools = count_pools(dump);
    uint32_t *open = malloc((pools + 1) * sizeof(*open));
    if (pools)
        extra->hollow = calloc(dump->block_count, 1);
    bool done = open && (!pools || extra->hollow) && collect(extra, dump, open);
    free(open);
    if (!done)
        extra_edges_finish(extra);
    return done;
}

void extra_edges_finish(struct extra_edges *extra)
{
    free(extra->edge);
    free(extra->hollow);
    *extra = (struct extra_edges){0};
}
