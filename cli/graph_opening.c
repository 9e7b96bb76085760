/* Which of a picture's pointers open its cycles, as `analyze` says them: those that are red. */
#include <stdlib.h>

#include "cli/cycle_pointers.h"
#include "cli/graph.h"
#include "libcaulk/memory.h"

static void mark(const struct picture *picture, const struct cycle_edge *pointer, bool *opening)
{
    uint32_t from = picture->node_of[pointer->from], to = picture->node_of[pointer->to];
    for (uint32_t i = 0; i < picture->edge_count; i++)
        if (picture->edges[i].from == from && picture->edges[i].to == to)
            opening[i] = true;
}

static void mark_group(const struct opened *opened, const struct picture *picture,
                       const struct picture_group *group, bool *opening)
{
    struct cycle_edge *pointers;
    uint64_t count, total;
    cycle_pointers(opened, group->cycle, CYCLE_POINTERS_MAX, &pointers, &count, &total);
    for (uint64_t i = 0; i < count; i++)
        if (pointers[i].opens)
            mark(picture, &pointers[i], opening);
    free(pointers);
}

bool *graph_opening(const struct opened *opened, const struct picture *picture)
{
    bool *opening = allocate(picture->edge_count, sizeof(*opening));
    for (uint32_t i = 0; i < picture->group_count; i++)
        mark_group(opened, picture, &picture->groups[i], opening);
    return opening;
}
