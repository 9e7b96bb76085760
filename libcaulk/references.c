/* See references.h. */
#include "libcaulk/references.h"

#include <stdlib.h>

/* Where 3.12 and later don't count. */
#define IMMORTAL_USES (1u << 31)

#define WORD_BYTES 8u

static enum counter counter_of(enum type_kind kind)
{
    if (kind == TYPE_GOBJECT)
        return COUNTER_GOBJECT;
    return dump_type_is_python(kind) ? COUNTER_PYTHON : COUNTER_SHARED_PTR;
}

static bool counts_references(const struct typed_block *typed, enum type_kind kind)
{
    if (!typed || typed->uses == 0)
        return false;
    if (dump_type_is_python(kind))
        return typed->uses < IMMORTAL_USES;
    return kind == TYPE_CXX_COUNTED || kind == TYPE_GOBJECT;
}

static struct references read_counts(const struct dump *dump, uint32_t block)
{
    const struct typed_block *typed = dump_find_type(dump, block);
    enum type_kind kind = typed ? dump->types[typed->type].kind : TYPE_CXX;
    if (!counts_references(typed, kind))
        return (struct references){0};
    struct references references = {
        .known = true, .counter = counter_of(kind), .uses = typed->uses};
    if (kind == TYPE_GOBJECT)
        references.at = dump->types[typed->type].object_offset;
    /* As long as there are uses, they count as one weak reference together. */
    if (kind == TYPE_CXX_COUNTED && typed->weak > 0)
        references.weak = typed->weak - 1;
    return references;
}

/* std::shared_ptr points to the counts, which the block begins with; CPython and GObject to the
 * object. An object's std::weak_ptr to itself owns nothing, but is counted. */
static bool counts(const struct dump *dump, const struct references *to, uint64_t edge)
{
    uint32_t offset = dump->edges.target_offset[edge];
    uint8_t witness = dump->edges.witness[edge];
    if (to->counter == COUNTER_PYTHON)
        return !(witness & WITNESS_LINK) && (!offset || witness & WITNESS_OBJECT);
    return offset == to->at;
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
