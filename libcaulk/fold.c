/*
 * Sets of colours are compared by a 64-bit hash of their sorted members. Of ten million classes two
 * would have the same hash by chance once in 370,000 drawings; and then one drawing shows one node
 * too few.
 */
#include "libcaulk/fold.h"

#include <stdlib.h>

#include "libcaulk/id_table.h"

/* The finalizer of MurmurHash3 (A. Appleby, public domain): every input bit reaches every output
 * bit. */
uint64_t fold_mix(uint64_t colour, uint64_t number)
{
    uint64_t hash = colour * 0x9e3779b97f4a7c15u ^ number;
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdu;
    hash ^= hash >> 33;
    hash *= 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 33;
}

static int compare_colours(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* colours is sorted on the way. */
static uint64_t hash_set(uint64_t seed, uint64_t *colours, uint64_t count)
{
    uint64_t hash = seed;
    qsort(colours, count, sizeof(*colours), compare_colours);
    for (uint64_t i = 0; i < count; i++)
        if (!i || colours[i] != colours[i - 1])
            hash = fold_mix(hash, colours[i]);
    return hash;
}

static uint64_t largest_degree(const struct graph *graph)
{
    uint64_t largest = 0;
    for (uint32_t node = 0; node < graph->node_count; node++) {
        uint64_t degree = graph->begin[node + 1] - graph->begin[node];
        if (degree > largest)
            largest = degree;
    }
    return largest;
}

/* Adds to each node's refined colour the set of its successors', as they are seen. */
static bool add_successors(const struct graph *graph, const uint64_t *seen, uint64_t seed,
                           uint64_t *refined)
{
    uint64_t *set = malloc((largest_degree(graph) + 1) * sizeof(*set));
    if (!set)
        return false;
    for (uint32_t node = 0; node < graph->node_count; node++) {
        uint64_t count = 0;
        for (uint64_t edge = graph->begin[node]; edge < graph->begin[node + 1]; edge++)
            set[count++] = seen[graph->target[edge]];
        refined[node] = fold_mix(refined[node], hash_set(seed, set, count));
    }
    free(set);
    return true;
}

static bool refine(const struct graph *graph, const uint64_t *seen, uint64_t *refined)
{
    struct graph reverse;
    if (!graph_reverse(graph, &reverse))
        return false;
    bool done =
        add_successors(graph, seen, 1, refined) && add_successors(&reverse, seen, 2, refined);
    graph_finish(&reverse);
    return done;
}

static bool number_classes(const uint64_t *colour, uint32_t count, uint32_t *class,
                           uint32_t *ret_count)
{
    struct id_table table = {0};
    bool done = true;
    for (uint32_t node = 0; node < count && done; node++)
        done = id_table_add(&table, colour[node], &class[node]);
    if (done)
        *ret_count = table.count;
    id_table_finish(&table);
    return done;
}

bool fold_alike(const struct graph *graph, const uint64_t *colour, const uint64_t *seen,
                uint32_t **ret_class, uint32_t *ret_count)
{
    size_t nodes = graph->node_count;
    uint64_t *refined = malloc((nodes + 1) * sizeof(*refined));
    uint32_t *class = malloc((nodes + 1) * sizeof(*class));
    if (!refined || !class)
        goto fail;
    for (size_t node = 0; node < nodes; node++)
        refined[node] = colour[node];
    if (seen && !refine(graph, seen, refined))
        goto fail;
    if (!number_classes(refined, graph->node_count, class, ret_count))
        goto fail;
    free(refined);
    *ret_class = class;
    return true;
fail:
    free(refined);
    free(class);
    return false;
}
