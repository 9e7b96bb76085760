/* What a picture's nodes retain, also those that stand for many blocks. */
#include <assert.h>

#include "cli/fatal.h"
#include "cli/graph.h"
#include "libcaulk/memory.h"

static uint32_t node_of(const void *context, uint32_t block)
{
    static_assert(PICTURE_NOT_DRAWN == OWNERS_NO_GROUP, "what is not drawn is of no node");
    const struct picture *picture = context;
    return picture->node_of[block];
}

struct amount *graph_retained(const struct opened *opened, const struct picture *picture)
{
    struct amount *retained = allocate(picture->node_count, sizeof(*retained));
    struct error err;
    if (!owners_by_group(&opened->owners, node_of, picture, picture->node_count, retained, &err))
        fatal_error(&err);
    /* A pool counts in no group. */
    for (uint32_t i = 0; i < picture->node_count; i++)
        if (!picture->nodes[i].root && picture->nodes[i].amount.blocks == 1)
            retained[i] = owners_retained(&opened->owners, picture->nodes[i].block);
    return retained;
}
