/*
 * Everything is renumbered in the order of the search first, so the arrays of the inner loop are
 * walked nearly in sequence, and what belongs together lies in one record. Where a heap's pointers
 * lead anywhere, time is what cache misses take: so what comes next is fetched ahead.
 *
 * Step 1 numbers the nodes and notes each one's parent in the search tree. Step 2 goes through them
 * from the last to the first and finds each one's semidominator, the lowest number from which a way
 * leads to it through higher numbers only; a record's `ancestor` is cut short on the way (path
 * compression), `lowest` is the lowest semidominator on the part that was cut. Step 3 goes
 * from the first to the last: a node's dominator is the nearest ancestor of its parent, in
 * the tree built so far, that is not above its semidominator.
 */
#include "libcaulk/dominators.h"

#include <stdlib.h>

#define LOOK_AHEAD 16u
#define FETCHED_TARGETS 8u

struct record {
    uint32_t ancestor;
    uint32_t lowest; /* semidominator of the node and of the ancestors that were cut out */
};

struct search {
    const struct graph *graph;
    const struct dominators_entries *entries;
    uint32_t node_count; /* with the heads */
    struct dominators *found;
    struct record *record; /* by number, like the three below */
    uint32_t *semi;        /* semidominators */
    uint64_t *pred_begin;
    uint32_t *pred;
    uint32_t *path;             /* room for a search path or a path being compressed */
    uint32_t *tier_last;        /* tier -> the last number that it led to */
    const uint32_t **next_edge; /* by depth */
};

/* The targets of a node's or a head's edges. */
struct row {
    const uint32_t *at, *end;
};

static inline struct row row_of(const struct search *search, uint32_t node)
{
    const struct graph *graph = search->graph;
    if (node >= graph->node_count) {
        node -= graph->node_count;
        graph = search->entries->heads;
    }
    return (struct row){&graph->target[graph->begin[node]], &graph->target[graph->begin[node + 1]]};
}

static void number_node(struct search *search, uint32_t node, uint32_t parent)
{
    uint32_t number = ++search->found->reached;
    search->found->node[number] = node;
    search->found->number[node] = number;
    search->found->parent[number] = parent;
}

static void number_from(struct search *search, uint32_t entry)
{
    uint32_t depth = 0;
    number_node(search, entry, 0);
    search->path[0] = entry;
    search->next_edge[0] = row_of(search, entry).at;
    while (depth != GRAPH_NONE) {
        uint32_t node = search->path[depth];
        if (search->next_edge[depth] == row_of(search, node).end) {
            depth--;
            continue;
        }
        uint32_t to = *search->next_edge[depth]++;
        if (search->found->number[to])
            continue;
        number_node(search, to, search->found->number[node]);
        struct row row = row_of(search, to);
        search->path[++depth] = to;
        search->next_edge[depth] = row.at;
        for (uint32_t i = 0; i < FETCHED_TARGETS && row.at < row.end; i++, row.at++)
            __builtin_prefetch(&search->found->number[*row.at]);
    }
}

static bool number_all(struct search *search)
{
    const struct dominators_entries *entries = search->entries;
    search->next_edge = malloc(((size_t)search->node_count + 1) * sizeof(*search->next_edge));
    if (!search->next_edge)
        return false;
    uint32_t i = 0;
    for (uint32_t tier = 0; tier < entries->tier_count; tier++) {
        for (; i < entries->tier_end[tier]; i++)
            if (!search->found->number[entries->entry[i]])
                number_from(search, entries->entry[i]);
        search->tier_last[tier] = search->found->reached;
    }
    free(search->next_edge);
    search->next_edge = NULL;
    return true;
}

/* Three steps lead to a target's number: each is fetched a while after the one before. */
static inline void fetch_ahead(const struct search *search, uint32_t number)
{
    const uint32_t *node = search->found->node;
    if (number + 3 * LOOK_AHEAD > search->found->reached ||
        node[number + 3 * LOOK_AHEAD] >= search->graph->node_count)
        return;
    __builtin_prefetch(&search->graph->begin[node[number + 3 * LOOK_AHEAD]]);
    __builtin_prefetch(row_of(search, node[number + 2 * LOOK_AHEAD]).at);
    struct row row = row_of(search, node[number + LOOK_AHEAD]);
    for (uint32_t i = 0; i < FETCHED_TARGETS && row.at < row.end; i++, row.at++)
        __builtin_prefetch(&search->found->number[*row.at]);
}

/* Calls visit for every edge that counts, the root's to the entries too. An edge into an earlier
 * tier's part leads to a number that is not above that tier's last. */
static inline __attribute__((always_inline)) void
visit_edges(struct search *search, void (*visit)(struct search *, uint32_t from, uint32_t to))
{
    const struct dominators_entries *entries = search->entries;
    const struct dominators *found = search->found;
    uint32_t number = 1, entry = 0, below = 0;
    for (uint32_t tier = 0; tier < entries->tier_count; tier++) {
        for (; number <= search->tier_last[tier]; number++) {
            struct row row = row_of(search, found->node[number]);
            fetch_ahead(search, number);
            for (; row.at < row.end; row.at++)
                if (found->number[*row.at] > below)
                    visit(search, number, found->number[*row.at]);
        }
        for (; entry < entries->tier_end[tier]; entry++)
            if (found->number[entries->entry[entry]] > below)
                visit(search, 0, found->number[entries->entry[entry]]);
        below = search->tier_last[tier];
    }
}

static void count_predecessor(struct search *search, uint32_t from, uint32_t to)
{
    (void)from;
    search->pred_begin[to + 1]++;
}

static void add_predecessor(struct search *search, uint32_t from, uint32_t to)
{
    search->pred[search->pred_begin[to + 1]++] = from;
}

/* Predecessors by number: while they are added, pred_begin[n + 1] is where n's next one goes. */
static bool list_predecessors(struct search *search)
{
    uint32_t reached = search->found->reached;
    search->pred_begin = calloc((size_t)reached + 2, sizeof(*search->pred_begin));
    if (!search->pred_begin)
        return false;
    visit_edges(search, count_predecessor);
    uint64_t total = 0;
    for (uint32_t i = 0; i <= reached; i++) {
        uint64_t count = search->pred_begin[i + 1];
        search->pred_begin[i + 1] = total;
        total += count;
    }
    search->pred = malloc((total + 1) * sizeof(*search->pred));
    if (!search->pred)
        return false;
    visit_edges(search, add_predecessor);
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

/* Of the predecessors of a few numbers on, which will be asked for soon. */
static void look_ahead(const struct search *search, uint32_t i)
{
    if (i <= LOOK_AHEAD)
        return;
    for (uint64_t p = search->pred_begin[i - LOOK_AHEAD];
         p < search->pred_begin[i - LOOK_AHEAD + 1]; p++)
        __builtin_prefetch(&search->record[search->pred[p]]);
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

static bool search_all(struct search *search)
{
    struct dominators *found = search->found;
    size_t room = (size_t)search->node_count + 1;
    found->node = malloc(room * sizeof(*found->node));
    found->number = calloc(room, sizeof(*found->number));
    found->parent = malloc(room * sizeof(*found->parent));
    search->path = malloc(room * sizeof(*search->path));
    search->tier_last = malloc((search->entries->tier_count + 1) * sizeof(*search->tier_last));
    if (!found->node || !found->number || !found->parent || !search->path || !search->tier_last)
        return false;
    found->node[0] = GRAPH_NONE;
    found->parent[0] = 0;
    if (!number_all(search) || !list_predecessors(search))
        return false;
    search->record = malloc(((size_t)found->reached + 1) * sizeof(*search->record));
    search->semi = malloc(((size_t)found->reached + 1) * sizeof(*search->semi));
    if (!search->record || !search->semi)
        return false;
    find_semidominators(search);
    find_dominators(search);
    return true;
}

bool dominators_find(const struct graph *graph, const struct dominators_entries *entries,
                     struct dominators *ret_dominators)
{
    struct dominators found = {0};
    struct search search = {.graph = graph,
                            .entries = entries,
                            .node_count = graph->node_count +
                                          (entries->heads ? entries->heads->node_count : 0),
                            .found = &found};
    bool done = search_all(&search);
    free(search.record);
    free(search.semi);
    free(search.pred_begin);
    free(search.pred);
    free(search.path);
    free(search.tier_last);
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
