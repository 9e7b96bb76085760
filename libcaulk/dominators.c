/*
 * Everything is renumbered in the order of a search first (libcaulk/dominators_order.h), so the
 * arrays of the inner loop are walked nearly in sequence, and what belongs together lies in one
 * record. Where a heap's pointers lead anywhere, time is what cache misses take: so what comes next
 * is fetched ahead.
 *
 * Step 1 numbers the nodes and notes each one's parent in the search tree. Step 2 goes through them
 * from the last to the first and finds each one's semidominator, the lowest number from which a way
 * leads to it through higher numbers only; a record's `ancestor` is cut short on the way (path
 * compression), `lowest` is the lowest semidominator on the part that was cut. Step 3 goes
 * from the first to the last: a node's dominator is the nearest ancestor of its parent, in
 * the tree built so far, that is not above its semidominator.
 */
#include "libcaulk/dominators.h"

#include <assert.h>
#include <stdlib.h>

#include "libcaulk/dominators_order.h"

#define LOOK_AHEAD 16u
#define STEPS_AHEAD 3u
static_assert(2 * LOOK_AHEAD <= ORDER_LOOK_AHEAD, "no more than there is");

struct record {
    uint32_t ancestor;
    uint32_t lowest; /* semidominator of the node and of the ancestors that were cut out */
};

struct search {
    const struct dominators_entries *entries;
    struct dominators *found;
    struct dominators_order order;
    struct record *record; /* by number, like the three below */
    uint32_t *semi;        /* semidominators */
    uint64_t *pred_begin;
    uint32_t *pred;
    uint32_t *path; /* room for a path being compressed */
};

/* Where number n's next predecessor goes while they are counted, then added. ROW_END's is at the
 * front, and never used. */
static inline uint64_t *fill_of(const struct search *search, uint32_t to)
{
    return &search->pred_begin[(uint32_t)(to + 1)];
}

/* Returns how many there are. */
static uint64_t count_predecessors(struct search *search)
{
    const struct dominators_order *order = &search->order;
    for (uint64_t e = 0; e < order->edge_count; e++) {
        __builtin_prefetch(fill_of(search, order->edge[e + LOOK_AHEAD]));
        ++*fill_of(search, order->edge[e]);
    }
    uint64_t total = 0;
    *fill_of(search, ROW_END) = *fill_of(search, 0) = 0;
    for (uint32_t i = 1; i <= search->found->reached; i++) {
        uint64_t count = *fill_of(search, i);
        *fill_of(search, i) = total;
        total += count;
    }
    return total;
}

/* Of one row; returns the next. */
static const uint32_t *add_predecessor(struct search *search, uint32_t from, const uint32_t *edge)
{
    for (; *edge != ROW_END; edge++) {
        __builtin_prefetch(fill_of(search, edge[2 * LOOK_AHEAD]));
        __builtin_prefetch(&search->pred[*fill_of(search, edge[LOOK_AHEAD])]);
        if (*edge)
            search->pred[(*fill_of(search, *edge))++] = from;
    }
    return edge + 1;
}

static void add_predecessors(struct search *search)
{
    const uint32_t *edge = search->order.edge;
    uint32_t number = 1;
    for (uint32_t tier = 0; tier < search->entries->tier_count; tier++) {
        edge = add_predecessor(search, 0, edge);
        for (; number <= search->order.tier_last[tier]; number++)
            edge = add_predecessor(search, number, edge);
    }
}

static bool list_predecessors(struct search *search)
{
    search->pred_begin = calloc((size_t)search->found->reached + 2, sizeof(*search->pred_begin));
    if (!search->pred_begin)
        return false;
    uint64_t total = count_predecessors(search);
    search->pred = malloc((total + 1) * sizeof(*search->pred));
    if (!search->pred)
        return false;
    add_predecessors(search);
    return true;
}

/* The lowest semidominator of v and its ancestors numbered `last` or higher. */
static uint32_t lowest_above(struct search *search, uint32_t v, uint32_t last)
{
    struct record *record = search->record;
    uint32_t depth = 0;
    while (record[v].ancestor >= last) {
        search->path[depth++] = v;
        v = record[v].ancestor;
    }
    while (depth) {
        uint32_t below = search->path[--depth];
        if (record[v].lowest < record[below].lowest)
            record[below].lowest = record[v].lowest;
        record[below].ancestor = record[v].ancestor;
        v = below;
    }
    return record[v].lowest;
}

/* So many steps up from number i's predecessors, one more is fetched. */
static inline void fetch_way_up(const struct search *search, uint32_t i, uint32_t steps)
{
    for (uint64_t p = search->pred_begin[i]; p < search->pred_begin[i + 1]; p++) {
        uint32_t v = search->pred[p];
        if (v <= i)
            continue;
        for (uint32_t step = 0; step < steps; step++)
            v = search->record[v].ancestor;
        __builtin_prefetch(&search->record[v]);
    }
}

/* What comes soon: the first step of its ways up was fetched a while before the second. */
static inline void look_ahead(const struct search *search, uint32_t i)
{
    if (i <= STEPS_AHEAD * LOOK_AHEAD)
        return;
    for (uint32_t steps = 0; steps < STEPS_AHEAD; steps++)
        fetch_way_up(search, i - (STEPS_AHEAD - steps) * LOOK_AHEAD, steps);
}

static void find_semidominators(struct search *search)
{
    struct record *record = search->record;
    for (uint32_t i = 0; i <= search->found->reached; i++)
        record[i] = (struct record){search->found->parent[i], i};
    for (uint32_t i = search->found->reached; i >= 1; i--) {
        uint32_t semi = search->found->parent[i];
        look_ahead(search, i);
        for (uint64_t p = search->pred_begin[i]; p < search->pred_begin[i + 1]; p++) {
            uint32_t from = search->pred[p];
            uint32_t candidate = from <= i ? from : lowest_above(search, from, i + 1);
            if (candidate < semi)
                semi = candidate;
        }
        record[i].lowest = search->semi[i] = semi;
    }
}

static void find_dominators(struct search *search)
{
    uint32_t *parent = search->found->parent;
    for (uint32_t i = 1; i <= search->found->reached; i++)
        while (parent[i] > search->semi[i])
            parent[i] = parent[parent[i]];
}

static bool search_all(struct search *search, const struct graph *graph)
{
    struct dominators *found = search->found;
    if (!dominators_order_find(&search->order, graph, search->entries, found) ||
        !list_predecessors(search))
        return false;
    dominators_order_finish(&search->order);
    size_t room = (size_t)found->reached + 1;
    search->record = malloc(room * sizeof(*search->record));
    search->semi = malloc(room * sizeof(*search->semi));
    search->path = malloc(room * sizeof(*search->path));
    if (!search->record || !search->semi || !search->path)
        return false;
    find_semidominators(search);
    find_dominators(search);
    return true;
}

bool dominators_find(const struct graph *graph, const struct dominators_entries *entries,
                     struct dominators *ret_dominators)
{
    struct dominators found = {0};
    struct search search = {.entries = entries, .found = &found};
    bool done = search_all(&search, graph);
    dominators_order_finish(&search.order);
    free(search.record);
    free(search.semi);
    free(search.pred_begin);
    free(search.pred);
    free(search.path);
    if (done)
        *ret_dominators = found;
    else
        dominators_finish(&found);
    return done;
}

void dominators_finish(struct dominators *dominators)
{
    free(dominators->node);
    free(dominators->number);
    free(dominators->parent);
    *dominators = (struct dominators){0};
}

void dominators_sum(const struct dominators *dominators, struct amount *amount)
{
    for (uint32_t i = dominators->reached; i >= 1; i--)
        amount_add(&amount[dominators->parent[i]], amount[i]);
}

/* A node's children take their places from the front of what is left of its interval: until all
 * have been placed, ret_end[number] of a node with a place is the next free one, of others the
 * size. */
void dominators_intervals(const struct dominators *dominators, uint32_t *ret_first,
                          uint32_t *ret_end)
{
    for (uint32_t i = 0; i <= dominators->reached; i++)
        ret_end[i] = 1;
    for (uint32_t i = dominators->reached; i >= 1; i--)
        ret_end[dominators->parent[i]] += ret_end[i];
    ret_first[0] = 0;
    ret_end[0] = 1;
    for (uint32_t i = 1; i <= dominators->reached; i++) {
        uint32_t parent = dominators->parent[i];
        uint32_t size = ret_end[i];
        ret_first[i] = ret_end[parent];
        ret_end[parent] += size;
        ret_end[i] = ret_first[i] + 1;
    }
}
