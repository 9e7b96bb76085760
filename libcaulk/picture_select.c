/*
 * Selecting blocks. A neighbourhood grows by one pass over all edges for each step, which needs no
 * reverse graph of the whole heap; what lies before a block and what lies behind it are grown
 * apart, or a table's entries would bring in each other.
 */
#include "libcaulk/picture_select.h"

#include <stdlib.h>

static bool keep_marked(const struct analysis *analysis, const uint8_t *marks,
                        struct selection *ret_selection, struct error *err)
{
    const struct edge_choice pointers = {analysis->heap.edge_class, POINTER_EDGES};
    if (!subgraph_init(&ret_selection->blocks, &analysis->heap.graph, marks, pointers))
        return error_set(err, analysis->dump->path, "out of memory");
    return true;
}

bool selection_of_lost(const struct analysis *analysis, struct selection *ret_selection,
                       struct error *err)
{
    uint32_t blocks = analysis->dump->block_count;
    uint8_t *marks = malloc((size_t)blocks + 1);
    if (!marks)
        return error_set(err, analysis->dump->path, "out of memory");
    for (uint32_t block = 0; block < blocks; block++)
        marks[block] = heap_graph_counts(&analysis->heap, block) &&
                       block_kind_is_lost(verdicts_kind(&analysis->verdicts, block));
    bool done = keep_marked(analysis, marks, ret_selection, err);
    if (done)
        ret_selection->rooted = NULL;
    free(marks);
    return done;
}

/* A block found in this step gets the mark step + 1, so that it leads no further in this step. */
static void grow(const struct heap_graph *heap, uint8_t *marks, unsigned step, bool backward)
{
    const struct graph *graph = &heap->graph;
    for (uint32_t block = 0; block < graph->node_count; block++) {
        if (!backward && marks[block] != step)
            continue;
        for (uint64_t edge = graph->begin[block]; edge < graph->begin[block + 1]; edge++) {
            uint32_t found = backward ? block : graph->target[edge];
            uint32_t from = backward ? graph->target[edge] : block;
            if (heap->edge_class[edge] != EDGE_NONE && marks[from] == step && !marks[found])
                marks[found] = (uint8_t)(step + 1);
        }
    }
}

bool selection_around(const struct analysis *analysis, const uint32_t *blocks, uint64_t block_count,
                      unsigned steps, struct selection *ret_selection, struct error *err)
{
    size_t size = (size_t)analysis->dump->block_count + 1;
    uint8_t *before = calloc(size, 1), *behind = calloc(size, 1);
    if (!before || !behind) {
        free(before);
        free(behind);
        return error_set(err, analysis->dump->path, "out of memory");
    }
    for (uint64_t i = 0; i < block_count; i++)
        before[blocks[i]] = behind[blocks[i]] = 1;
    for (unsigned step = 1; step <= steps; step++) {
        grow(&analysis->heap, before, step, true);
        grow(&analysis->heap, behind, step, false);
    }
    for (size_t i = 0; i < size; i++)
        behind[i] |= before[i];
    bool done = keep_marked(analysis, behind, ret_selection, err);
    free(behind);
    if (done)
        ret_selection->rooted = before;
    else
        free(before);
    return done;
}

void selection_finish(struct selection *selection)
{
    subgraph_finish(&selection->blocks);
    free(selection->rooted);
}
