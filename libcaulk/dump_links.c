/*
 * What types say about pointers. An object need not begin where its block does: then a pointer to
 * its beginning is as good as an exact one. And CPython's collector has all objects that it may
 * have to look at in lists, whose links lie before the objects: they keep nothing alive. Followed,
 * they would make one ring of the whole heap.
 */
#include "libcaulk/dump_decode.h"

#include <stdlib.h>

#define WORD_BYTES 8u
#define MANAGED_WORDS 2u /* before the links, since Python 3.11 */

/* By block: where its object begins and whether links precede it, in a byte. 0: at the start. */
struct objects {
    uint8_t *code;
};
static_assert(DUMP_OBJECT_OFFSET_MAX / WORD_BYTES < 128, "an offset and a flag fit a byte");

static uint32_t object_offset(const struct objects *objects, uint32_t block)
{
    return objects->code[block] / 2 * WORD_BYTES;
}

static bool is_linked(const struct objects *objects, uint32_t block)
{
    return objects->code[block] & 1;
}

static bool objects_init(struct objects *objects, const struct dump *dump)
{
    objects->code = calloc((size_t)dump->block_count + 1, 1);
    for (uint32_t i = 0; objects->code && i < dump->typed_count; i++) {
        const struct type *type = &dump->types[dump->typed[i].type];
        objects->code[dump->typed[i].block] =
            (uint8_t)(type->object_offset / WORD_BYTES * 2 + (type->kind == TYPE_PYTHON_GC));
    }
    return objects->code;
}

static uint64_t first_word(uint64_t start)
{
    return start + -start % WORD_BYTES;
}

static bool is_head(const struct dump *dump, uint64_t address)
{
    return address - dump->python.heads < dump->python.heads_bytes;
}

/* Where Python keeps an object's dictionary, or its values, in a word before the object. */
static bool is_managed(const struct objects *objects, uint32_t block, uint64_t offset)
{
    return is_linked(objects, block) && offset + DUMP_GC_LINK_BYTES + MANAGED_WORDS * WORD_BYTES <=
                                            object_offset(objects, block) + WORD_BYTES;
}

static bool is_link(const struct objects *objects, uint32_t block, uint64_t offset)
{
    uint32_t object = object_offset(objects, block);
    return is_linked(objects, block) && offset + DUMP_GC_LINK_BYTES >= object && offset < object;
}

static void mark_object(const struct objects *objects, struct pointers *pointers, uint64_t pointer)
{
    uint32_t offset = pointers->target_offset[pointer];
    if (offset != 0 && offset == object_offset(objects, pointers->target[pointer]))
        pointers->witness[pointer] |= WITNESS_OBJECT;
}

static void mark_edges(struct dump *dump, const struct objects *objects, uint32_t block)
{
    struct pointers *edges = &dump->edges;
    uint64_t start = first_word(dump->block_address[block]);
    uint64_t lead = start - dump->block_address[block];
    for (uint64_t e = edges->begin[block]; e < edges->begin[block + 1]; e++) {
        uint64_t offset = (uint64_t)edges->source_words[e] * WORD_BYTES;
        mark_object(objects, edges, e);
        if (is_head(dump, start + offset) || is_link(objects, block, lead + offset))
            edges->witness[e] |= WITNESS_LINK;
        else if (edges->target_offset[e] != 0 && is_managed(objects, block, lead + offset))
            edges->witness[e] |= WITNESS_OBJECT;
    }
}

static void mark_refs(struct dump *dump, const struct objects *objects, uint32_t root)
{
    struct pointers *refs = &dump->refs;
    uint64_t start = first_word(dump->roots[root].start);
    for (uint64_t r = refs->begin[root]; r < refs->begin[root + 1]; r++) {
        mark_object(objects, refs, r);
        if (is_head(dump, start + (uint64_t)refs->source_words[r] * WORD_BYTES))
            refs->witness[r] |= WITNESS_LINK;
    }
}

bool dump_links_mark(struct dump *dump, struct error *err)
{
    struct objects objects;
    if (dump->typed_count == 0)
        return true;
    if (!objects_init(&objects, dump))
        return error_set(err, dump->path, "no memory for types");
    for (uint32_t b = 0; b < dump->block_count; b++)
        mark_edges(dump, &objects, b);
    for (uint32_t r = 0; r < dump->root_count; r++)
        mark_refs(dump, &objects, r);
    free(objects.code);
    return true;
}
