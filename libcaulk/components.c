/*
 * Pearce's algorithm keeps one number per node, `rank`, that is first the node's place on the
 * search path, then the lowest place it can get back to, and at last its component's. Components
 * take their numbers from the top (n, n - 1, …), so a finished node's rank is never below that of
 * one in progress, and "w is on the path and above v" is the single comparison rank[w] < rank[v].
 *
 * Nodes on the path and nodes that wait for their component's head are disjoint: both stacks live
 * in one array, growing towards each other. The recursion of the paper is a frame of (node, next
 * edge, still its component's head?) per node on the path.
 */
#include "libcaulk/components.h"

#include <stdlib.h>

struct search {
    const struct graph *graph;
    uint32_t *rank; /* 0: not visited */
    uint32_t *stack;
    uint64_t *next_edge; /* per path entry */
    uint8_t *is_head;    /* per path entry */
    uint32_t path;       /* entries from the bottom of stack */
    uint32_t waiting;    /* entries from its top */
    uint32_t next_rank;
    uint32_t next_component;
};

static void search_finish(struct search *search)
{
    free(search->rank);
    free(search->stack);
    free(search->next_edge);
    free(search->is_head);
}

static bool search_init(struct search *search, const struct graph *graph)
{
    size_t room = (size_t)graph->node_count + 1;
    *search = (struct search){.graph = graph,
                              .rank = calloc(room, sizeof(*search->rank)),
                              .stack = malloc(room * sizeof(*search->stack)),
                              .next_edge = malloc(room * sizeof(*search->next_edge)),
                              .is_head = malloc(room),
                              .next_rank = 1,
                              .next_component = graph->node_count};
    if (search->rank && search->stack && search->next_edge && search->is_head)
        return true;
    search_finish(search);
    return false;
}

static void enter(struct search *search, uint32_t node)
{
    search->stack[search->path] = node;
    search->next_edge[search->path] = search->graph->begin[node];
    search->is_head[search->path] = 1;
    search->path++;
    search->rank[node] = search->next_rank++;
}

static void take_lower_rank(struct search *search, uint32_t from)
{
    uint32_t top = search->path - 1;
    uint32_t node = search->stack[top];
    if (search->rank[from] < search->rank[node]) {
        search->rank[node] = search->rank[from];
        search->is_head[top] = 0;
    }
}

/* The path's last node has no edge left: close its component, or leave it waiting for the head. */
static void leave(struct search *search)
{
    uint32_t top = --search->path;
    uint32_t node = search->stack[top];
    uint32_t end = search->graph->node_count;
    if (search->is_head[top]) {
        search->next_rank--;
        while (search->waiting) {
            uint32_t member = search->stack[end - search->waiting];
            if (search->rank[member] < search->rank[node])
                break;
            search->rank[member] = search->next_component;
            search->waiting--;
            search->next_rank--;
        }
        search->rank[node] = search->next_component--;
    } else {
        search->stack[end - ++search->waiting] = node;
    }
    if (search->path)
        take_lower_rank(search, node);
}

static void visit(struct search *search, uint32_t start)
{
    const struct graph *graph = search->graph;
    enter(search, start);
    while (search->path) {
        uint32_t top = search->path - 1;
        if (search->next_edge[top] == graph->begin[search->stack[top] + 1]) {
            leave(search);
            continue;
        }
        uint32_t to = graph->target[search->next_edge[top]++];
        if (search->rank[to])
            take_lower_rank(search, to);
        else
            enter(search, to);
    }
}

/* Components from 0 in the order in which they were closed; sinks first. */
static void number_components(struct search *search)
{
    uint32_t node_count = search->graph->node_count;
    for (uint32_t v = 0; v < node_count; v++)
        search->rank[v] = node_count - search->rank[v];
}

static bool list_members(struct components *components, uint32_t node_count)
{
    components->begin = calloc((size_t)components->count + 2, sizeof(*components->begin));
    components->member = malloc(((size_t)node_count + 1) * sizeof(*components->member));
    if (!components->begin || !components->member)
        return false;
    uint32_t *fill = components->begin + 1;
    for (uint32_t v = 0; v < node_count; v++)
        fill[components->of[v]]++;
    uint32_t start = 0;
    for (uint32_t c = 0; c < components->count; c++) {
        uint32_t size = fill[c];
        fill[c] = start;
        start += size;
    }
    for (uint32_t v = 0; v < node_count; v++)
        components->member[fill[components->of[v]]++] = v;
    return true;
}

bool components_find(const struct graph *graph, struct components *ret_components)
{
    struct search search;
    if (!search_init(&search, graph))
        return false;
    for (uint32_t v = 0; v < graph->node_count; v++)
        if (!search.rank[v])
            visit(&search, v);
    number_components(&search);

    struct components found = {.count = graph->node_count - search.next_component,
                               .of = search.rank};
    search.rank = NULL;
    search_finish(&search);
    if (!list_members(&found, graph->node_count)) {
        components_finish(&found);
        return false;
    }
    *ret_components = found;
    return true;
}

void components_finish(struct components *components)
{
    free(components->of);
    free(components->begin);
    free(components->member);
    *components = (struct components){0};
}
