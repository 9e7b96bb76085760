/* See references.h. */
#include "libcaulk/references.h"

#include <stdlib.h>

/* Where 3.12 and later don't count. */
#define IMMORTAL_USES (1u << 31)

#define WORD_BYTES 8u

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

struct counting {
    const struct heap_graph *heap;
    const struct cycles *cycles;
    const struct cycle *cycle;
    const struct smart_judge *judge;
    struct references *references;
};

static void count_pointer(struct counting *counting, uint32_t block, uint64_t edge)
{
    const struct dump *dump = counting->heap->dump;
    uint32_t to = dump->edges.target[edge];
    if (!cycle_has(counting->cycles, counting->cycle, to))
        return;
    struct references *target =
        &counting->references[counting->cycles->place[to] - counting->cycle->first];
    if (!target->known || !counts(dump, target, edge))
        return;
    uint64_t padding = -dump->block_address[block] % WORD_BYTES;
    uint64_t offset = padding + (uint64_t)dump->edges.source_words[edge] * WORD_BYTES;
    enum smart_pointer smart = smart_pointer_of(counting->judge, block, offset);
    target->pointers++;
    target->shared += smart == SMART_SHARED;
    target->weak_pointers += smart == SMART_WEAK;
}

bool references_of_cycle(const struct heap_graph *heap, const struct cycles *cycles,
                         const struct cycle *cycle, const struct smart_judge *judge,
                         struct references **ret_references)
{
    const struct dump *dump = heap->dump;
    struct references *references = malloc(cycle->member_count * sizeof(*references));
    struct counting counting = {heap, cycles, cycle, judge, references};
    if (!references)
        return false;
    for (uint32_t m = 0; m < cycle->member_count; m++)
        references[m] = read_counts(dump, cycles->member[cycle->first + m]);
    for (uint32_t m = 0; m < cycle->member_count; m++) {
        uint32_t block = cycles->member[cycle->first + m];
        for (uint64_t e = dump->edges.begin[block]; e < dump->edges.begin[block + 1]; e++)
            count_pointer(&counting, block, e);
    }
    *ret_references = references;
    return true;
}
