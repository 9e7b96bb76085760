/* One pass over blocks' and roots' pointers for all groups asked for. */
#include "libcaulk/owner_holders.h"

#include <stdlib.h>
#include <string.h>

struct search {
    const struct owner_tree *tree;
    const struct owners *owners;
    uint32_t *slot; /* group -> place in holders, or OWNER_NONE */
    struct owner_holders *holders;
};

static void add_holder(struct owner_holders *holders, uint32_t group)
{
    uint32_t i = 0;
    while (i < holders->count && holders->group[i] < group)
        i++;
    if (i < holders->count && holders->group[i] == group)
        return;
    if (holders->count == OWNER_HOLDERS_MAX) {
        holders->more = true;
        return;
    }
    memmove(&holders->group[i + 1], &holders->group[i],
            (holders->count - i) * sizeof(*holders->group));
    holders->group[i] = group;
    holders->count++;
}

/* A pointer from one number of the dominator tree to another. */
static void add_pointer(struct search *search, uint32_t from, uint32_t to)
{
    const struct owner_tree *tree = search->tree;
    uint32_t group = tree->group_of[to];
    uint32_t slot = group == OWNER_NONE ? OWNER_NONE : search->slot[group];
    if (slot == OWNER_NONE || !from ||
        owners_tier(search->owners, from) != owners_tier(search->owners, to))
        return;
    uint32_t holder = tree->group_of[from];
    while (tree->group[holder].parent != OWNER_NONE)
        holder = tree->group[holder].parent;
    if (holder != group)
        add_holder(&search->holders[slot], holder);
}

static void visit_pointers(struct search *search)
{
    const struct heap_graph *heap = search->owners->heap;
    const struct graph *graph = &heap->graph;
    const struct pointers *refs = &search->owners->heap->dump->refs;
    const uint32_t *number = search->owners->dominators.number;
    for (uint32_t v = 0; v < graph->node_count; v++)
        for (uint64_t e = graph->begin[v]; e < graph->begin[v + 1]; e++)
            if (heap->edge_class[e] != EDGE_NONE)
                add_pointer(search, number[v], number[graph->target[e]]);
    for (uint64_t ref = 0; ref < refs->count; ref++)
        add_pointer(search, number[graph->node_count + search->owners->roots.of_ref[ref]],
                    number[refs->target[ref]]);
}

/* What the dump itself says of an owner of sums. */
static void add_said(struct search *search, uint32_t group)
{
    const struct dump *dump = search->owners->heap->dump;
    struct owner_holders *holders = &search->holders[search->slot[group]];
    if (search->tree->group[group].kind != OWNER_SUM)
        return;
    const struct sum_owner *owner =
        &dump->owners[dump->owned[search->tree->group[group].index].owner];
    holders->more |= owner->more;
    for (uint32_t i = 0; i < owner->holder_count; i++) {
        uint32_t holder = search->tree->top_of_owner[owner->holder[i]];
        if (holder != OWNER_NONE && holder != group)
            add_holder(holders, holder);
    }
}

bool owner_holders_find(const struct owner_tree *tree, const struct owners *owners,
                        const uint32_t *groups, uint32_t count, struct owner_holders **ret_holders,
                        struct error *err)
{
    struct search search = {.tree = tree, .owners = owners};
    search.slot = malloc(((size_t)tree->count + 1) * sizeof(*search.slot));
    search.holders = calloc((size_t)count + 1, sizeof(*search.holders));
    if (!search.slot || !search.holders) {
        free(search.slot);
        free(search.holders);
        return error_set(err, owners->heap->dump->path, "out of memory for the owners");
    }
    memset(search.slot, 0xff, (size_t)tree->count * sizeof(*search.slot)); /* OWNER_NONE */
    for (uint32_t i = 0; i < count; i++) {
        search.slot[groups[i]] = i;
        add_said(&search, groups[i]);
    }
    if (count)
        visit_pointers(&search);
    free(search.slot);
    *ret_holders = search.holders;
    return true;
}
