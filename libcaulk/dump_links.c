/*
 * What types say about pointers. An object need not begin where its block does: then a pointer to
 * its beginning is as good as an exact one. And some pointers own nothing, so that followed they
 * would make rings of what is none:
 *
 *   links     CPython's collector has all objects that it may have to look at in lists, whose links
 *             lie before the objects: one ring of the whole heap
 *   the dead  an object that nothing refers to any more, but whose memory is still there (in a free
 *             list of CPython's, or because a std::weak_ptr is left), points to what it once had
 *   data      of CPython's numbers and strings, which hold no pointers but may look like some
 *   weak      a weak reference of CPython's knows the object that it is to
 *   inside    an object of GObject's knows where the private data is that lie before it
 *   itself    an object that derives from std::enable_shared_from_this has a std::weak_ptr to it
 */
#include "libcaulk/dump_decode.h"

#include <stdlib.h>
#include <string.h>

#define WORD_BYTES 8u
#define MANAGED_WORDS 2u /* before the links, since Python 3.11 */
/* In what std::shared_ptr counts by: the object, or its address. */
#define COUNTED_OBJECT_OFFSET 16

/* By block: where its object begins, and what its pointers are. */
enum { LINKED = 1, DEAD = 2, WEAK = 4, OFFSET_SHIFT = 3 };

struct objects {
    uint16_t *code;
};
static_assert(DUMP_OBJECT_OFFSET_MAX / WORD_BYTES << OFFSET_SHIFT <= UINT16_MAX, "fits");

static uint32_t object_offset(const struct objects *objects, uint32_t block)
{
    return (uint32_t)(objects->code[block] >> OFFSET_SHIFT) * WORD_BYTES;
}

static bool is_linked(const struct objects *objects, uint32_t block)
{
    return objects->code[block] & LINKED;
}

static bool is_counted(const struct type *type)
{
    return type->kind == TYPE_CXX_COUNTED || dump_type_is_python(type->kind);
}

static uint16_t code_of(const struct type *type, const struct typed_block *typed)
{
    return (uint16_t)(type->object_offset / WORD_BYTES << OFFSET_SHIFT |
                      (dump_type_is_linked(type->kind) ? LINKED : 0) |
                      (type->kind == TYPE_PYTHON_WEAK ? WEAK : 0) |
                      (is_counted(type) && typed->uses == 0 ? DEAD : 0));
}

static bool objects_init(struct objects *objects, const struct dump *dump)
{
    objects->code = calloc((size_t)dump->block_count + 1, sizeof(*objects->code));
    for (uint32_t i = 0; objects->code && i < dump->typed_count; i++)
        objects->code[dump->typed[i].block] =
            code_of(&dump->types[dump->typed[i].type], &dump->typed[i]);
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

/* PyWeakReference: what it is to, and the references to the same object before and after it. What
 * it calls when that ends is its own. */
static bool is_weak(const struct objects *objects, uint32_t block, uint64_t offset)
{
    uint64_t field = offset - object_offset(objects, block);
    return objects->code[block] & WEAK && (field == 16 || field == 40 || field == 48);
}

/* Dead objects hold each other in free lists. */
static bool is_stale(const struct objects *objects, uint32_t block, uint32_t target)
{
    return objects->code[block] & DEAD && !(objects->code[target] & DEAD);
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
        if (is_head(dump, start + offset) || is_link(objects, block, lead + offset) ||
            is_weak(objects, block, lead + offset) || is_stale(objects, block, edges->target[e]))
            edges->witness[e] |= WITNESS_LINK;
        else if (edges->target_offset[e] != 0 && is_managed(objects, block, lead + offset))
            edges->witness[e] |= WITNESS_OBJECT;
    }
}

/* References of the collector's own are few, and so are let go of, instead of being marked. */
static void drop_heads(struct dump *dump, uint32_t root, uint64_t *kept)
{
    struct pointers *refs = &dump->refs;
    uint64_t start = first_word(dump->roots[root].start), begin = refs->begin[root];
    refs->begin[root] = *kept;
    for (uint64_t r = begin; r < refs->begin[root + 1]; r++) {
        if (is_head(dump, start + (uint64_t)refs->source_words[r] * WORD_BYTES))
            continue;
        refs->target[*kept] = refs->target[r];
        refs->source_words[*kept] = refs->source_words[r];
        refs->target_offset[*kept] = refs->target_offset[r];
        refs->witness[(*kept)++] = refs->witness[r];
    }
}

static void mark_refs(struct dump *dump, const struct objects *objects)
{
    uint64_t kept = 0;
    for (uint64_t r = 0; r < dump->refs.count; r++)
        mark_object(objects, &dump->refs, r);
    for (uint32_t root = 0; root < dump->root_count; root++)
        drop_heads(dump, root, &kept);
    dump->refs.begin[dump->root_count] = dump->refs.count = kept;
}

/* What a block points to at that offset, exactly; the block itself where that is nothing. */
static uint32_t pointed_to(const struct dump *dump, uint32_t block, uint32_t offset)
{
    const struct pointers *edges = &dump->edges;
    for (uint64_t e = edges->begin[block]; e < edges->begin[block + 1]; e++)
        if (edges->source_words[e] == offset / WORD_BYTES && edges->target_offset[e] == 0)
            return edges->target[e];
    return block;
}

/* The first pointer of an object to what it is counted by, and the one before it, to the object:
 * two words of a std::weak_ptr. Without a weak reference there is none to itself. */
static void mark_itself(struct dump *dump, const struct typed_block *counts)
{
    const struct type *type = &dump->types[counts->type];
    if (type->kind != TYPE_CXX_COUNTED || counts->weak < 2)
        return;
    uint32_t object = type->object_offset != 0
                          ? counts->block
                          : pointed_to(dump, counts->block, COUNTED_OBJECT_OFFSET);
    struct pointers *edges = &dump->edges;
    for (uint64_t e = edges->begin[object]; e < edges->begin[object + 1]; e++) {
        if (edges->target[e] != counts->block || edges->target_offset[e] != 0)
            continue;
        edges->witness[e] |= WITNESS_LINK;
        if (e > edges->begin[object] && edges->target[e - 1] == object &&
            edges->source_words[e - 1] + 1 == edges->source_words[e])
            edges->witness[e - 1] |= WITNESS_LINK;
        return;
    }
}

/* Types of CPython's own, not ones that a program named so: those are the collector's too. In a str
 * the word of its flags, most of which nobody ever sets; pointers to other forms of it follow. */
static const struct data {
    const char *type;
    uint32_t begin, end; /* offsets in the block */
} data_of[] = {
    {"bytes", 16, UINT32_MAX}, {"complex", 16, UINT32_MAX},
    {"float", 16, UINT32_MAX}, {"int", 16, UINT32_MAX},
    {"str", 32, 40},
};

static void mark_data(struct dump *dump, const struct typed_block *typed)
{
    const struct type *type = &dump->types[typed->type];
    const struct data *data = NULL;
    if (type->kind != TYPE_PYTHON)
        return;
    for (size_t i = 0; i < sizeof(data_of) / sizeof(*data_of) && !data; i++)
        if (strcmp(type->name, data_of[i].type) == 0)
            data = &data_of[i];
    struct pointers *edges = &dump->edges;
    for (uint64_t e = edges->begin[typed->block]; data && e < edges->begin[typed->block + 1]; e++) {
        uint64_t offset = (uint64_t)edges->source_words[e] * WORD_BYTES;
        if (offset >= data->begin && offset < data->end)
            edges->witness[e] |= WITNESS_LINK;
    }
}

/* Any pointer of such a block to itself; that to the object itself is in no dump. */
static void mark_inside(struct dump *dump, const struct typed_block *typed)
{
    const struct type *type = &dump->types[typed->type];
    struct pointers *edges = &dump->edges;
    if (type->kind != TYPE_GOBJECT || type->object_offset == 0)
        return;
    for (uint64_t e = edges->begin[typed->block]; e < edges->begin[typed->block + 1]; e++)
        if (edges->target[e] == typed->block)
            edges->witness[e] |= WITNESS_LINK;
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
    mark_refs(dump, &objects);
    for (uint32_t i = 0; i < dump->typed_count; i++)
        mark_itself(dump, &dump->typed[i]), mark_data(dump, &dump->typed[i]),
            mark_inside(dump, &dump->typed[i]);
    free(objects.code);
    return true;
}
