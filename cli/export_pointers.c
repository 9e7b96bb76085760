/* One vocabulary for all formats. */
#include "cli/export_pointers.h"

#include <stddef.h>

#include "cli/fatal.h"

const char *export_block_kind(const struct opened *opened, uint32_t block)
{
    if (!heap_graph_counts(&opened->analysis->heap, block))
        return "pool";
    return block_kind_name(verdicts_kind(&opened->analysis->verdicts, block));
}

static const char *class_name(enum edge_class edge_class)
{
    switch (edge_class) {
    case EDGE_EXACT:
        return "exact";
    case EDGE_INTERIOR:
        return "interior";
    case EDGE_INSIDE:
        return "inside";
    default:
        return NULL;
    }
}

const char *export_edge_kind(const struct opened *opened, uint64_t edge)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    bool declared = heap->edge_class[edge] == EDGE_EXACT && heap->edge_words[edge] == UINT32_MAX;
    return declared ? "declared" : class_name(heap->edge_class[edge]);
}

const char *export_reference_kind(const struct opened *opened, uint64_t ref)
{
    return class_name(opened->analysis->heap.ref_class[ref]);
}

void export_roots_init(const struct opened *opened, struct root_owners *ret_owners)
{
    struct error err;
    if (!root_owners_init(ret_owners, opened->dump, opened->symbolizer, &err))
        fatal_error(&err);
}

uint64_t export_reference_offset(const struct opened *opened, const struct root_owners *owners,
                                 uint32_t root, uint64_t ref)
{
    const struct root_owner *owner = &owners->owner[owners->of_ref[ref]];
    uint64_t offset =
        heap_graph_ref_offset(&opened->analysis->heap, &opened->dump->roots[root], ref);
    return owner->root == root && owner->offset <= offset ? offset - owner->offset : offset;
}
