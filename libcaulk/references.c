/* See references.h. */
#include "libcaulk/references.h"

#include <stdlib.h>

/* Where 3.12 and later don't count. */
#define IMMORTAL_USES (1u << 31)

static struct references read_counts(const struct dump *dump, uint32_t block)
{
    const struct typed_block *typed = dump_find_type(dump, block);
    enum type_kind kind = typed ? dump->types[typed->type].kind : TYPE_CXX;
    struct references references = {.uses = typed ? typed->uses : 0};
    references.python = dump_type_is_python(kind);
    references.known =
        references.uses != 0 &&
        (kind == TYPE_CXX_COUNTED || (references.python && references.uses < IMMORTAL_USES));
    if (!references.known)
        return (struct references){0};
    /* As long as there are uses, they count as one weak reference together. */
    if (kind == TYPE_CXX_COUNTED && typed->weak > 0)
        references.weak = typed->weak - 1;
    return references;
}

/* std::shared_ptr points to the counts, which the block begins with; CPython to the object. An
 * object's std::weak_ptr to itself owns nothing, but is counted. */
static bool counts(const struct dump *dump, const struct references *to, uint64_t edge)
{
    uint32_t offset = dump->edges.target_offset[edge];
    uint8_t witness = dump->edges.witness[edge];
    return to->python ? !(witness & WITNESS_LINK) && (!offset || witness & WITNESS_OBJECT)
                      : !offset;
}

static void count_pointers(const struct dump *dump, const struct cycles *cycles,
                           const struct cycle *cycle, struct references *references)
{
    for (uint32_t m = 0; m < cycle->member_count; m++) {
        uint32_t block = cycles->member[cycle->first + m];
        for (uint64_t e = dump->edges.begin[block]; e < dump->edges.begin[block + 1]; e++) {
            uint32_t to = dump->edges.target[e];
            if (!cycle_has(cycles, cycle, to))
                continue;
            struct references *target = &references[cycles->place[to] - cycle->first];
            target->pointers += target->known && counts(dump, target, e);
        }
    }
}

bool references_of_cycle(const struct heap_graph *heap, const struct cycles *cycles,
                         const struct cycle *cycle, struct references **ret_references)
{
    struct references *references = malloc(cycle->member_count * sizeof(*references));
    if (!references)
        return false;
    for (uint32_t m = 0; m < cycle->member_count; m++)
        references[m] = read_counts(heap->dump, cycles->member[cycle->first + m]);
    count_pointers(heap->dump, cycles, cycle, references);
    *ret_references = references;
    return true;
}
