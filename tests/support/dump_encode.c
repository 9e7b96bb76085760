/* The builder's records as the sections of a dump, by the specification in dump_format.h. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/dump_model.h"

struct encoded {
    struct bytes sections[DUMP_SECTION_COUNT];
    uint64_t counts[DUMP_SECTION_COUNT];
};

static struct bytes *section_of(struct encoded *encoded, enum dump_section_kind kind,
                                uint64_t count)
{
    encoded->counts[kind - 1] = count;
    return &encoded->sections[kind - 1];
}

static void encode_fixed(struct encoded *encoded, enum dump_section_kind kind,
                         const struct bytes *records, size_t record_bytes)
{
    struct bytes *section = section_of(encoded, kind, records->size / record_bytes);
    bytes_append(section, records->at, records->size);
}

static void encode_stacks(struct encoded *encoded, const struct bytes *records)
{
    const struct model_stack *stacks = (const struct model_stack *)records->at;
    uint64_t count = records->size / sizeof(*stacks), before = 0;
    struct bytes *section = section_of(encoded, DUMP_STACKS, count);
    for (uint64_t i = 0; i < count; i++) {
        bytes_append_varint(section, stacks[i].parent ? i + 1 - stacks[i].parent : 0);
        bytes_append_zigzag(section, (int64_t)(stacks[i].pc - before));
        before = stacks[i].pc;
    }
}

static void encode_blocks(struct encoded *encoded, const struct bytes *records)
{
    const struct builder_block *blocks = (const struct builder_block *)records->at;
    uint64_t count = records->size / sizeof(*blocks);
    struct bytes *section = section_of(encoded, DUMP_BLOCKS, count);
    uint64_t address = 0;
    uint32_t birth = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t step = blocks[i].address - address;
        bytes_append_varint(section, step % 16 ? step << 1 | 1 : step / 16 << 1);
        bytes_append_varint(section, blocks[i].bytes);
        bytes_append_varint(section, blocks[i].stack);
        bytes_append_zigzag(section, (int64_t)blocks[i].birth - birth);
        bytes_append_varint(section, blocks[i].flags);
        address = blocks[i].address;
        birth = blocks[i].birth;
    }
}

static int by_source(const void *left, const void *right)
{
    const struct builder_pointer *a = left, *b = right;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static void sort_pointers(struct builder_pointer *pointers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (by_source(&pointers[i - 1], &pointers[i]) > 0) {
            qsort(pointers, count, sizeof(*pointers), by_source);
            return;
        }
    }
}

/* The pointers of one source, all of them from the first on; returns how many. */
static size_t source_pointers(const struct builder_pointer *pointers, size_t left, uint64_t source)
{
    size_t count = 0;
    while (count < left && pointers[count].source == source)
        count++;
    return count;
}

static void encode_pointers(struct bytes *section, const struct builder_pointer *pointers,
                            size_t count, bool relative)
{
    uint64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        const struct builder_pointer *pointer = &pointers[i];
        bool interior = pointer->target_offset;
        bytes_append_varint(section, (pointer->offset - before) / 8 << 1 | interior);
        if (relative)
            bytes_append_zigzag(section, (int64_t)pointer->target - pointer->source);
        else
            bytes_append_varint(section, pointer->target);
        if (interior)
            bytes_append_varint(section, (uint64_t)pointer->target_offset << DUMP_WITNESS_BITS |
                                             pointer->witness);
        before = pointer->offset;
    }
}

static void encode_edges(struct encoded *encoded, struct bytes *records, uint64_t block_count)
{
    struct builder_pointer *edges = (struct builder_pointer *)records->at;
    size_t count = records->size / sizeof(*edges), at = 0;
    struct bytes *section = section_of(encoded, DUMP_EDGES, count);
    sort_pointers(edges, count);
    for (uint64_t block = 0; block < block_count; block++) {
        size_t of_block = source_pointers(edges + at, count - at, block);
        bytes_append_varint(section, of_block);
        encode_pointers(section, edges + at, of_block, true);
        at += of_block;
    }
}

static void encode_refs(struct encoded *encoded, struct bytes *records, uint64_t root_count)
{
    struct builder_pointer *refs = (struct builder_pointer *)records->at;
    size_t count = records->size / sizeof(*refs), at = 0;
    struct bytes *section = section_of(encoded, DUMP_ROOT_REFS, count);
    sort_pointers(refs, count);
    for (uint64_t root = 0; root < root_count; root++) {
        size_t of_root = source_pointers(refs + at, count - at, root);
        encode_pointers(section, refs + at, of_root, false);
        at += of_root;
    }
}

static void encode_pairs(struct encoded *encoded, enum dump_section_kind kind,
                         const struct bytes *records)
{
    const struct model_pair *pairs = (const struct model_pair *)records->at;
    size_t count = records->size / sizeof(*pairs);
    struct bytes *section = section_of(encoded, kind, count);
    for (size_t i = 0; i < count; i++) {
        bytes_append_varint(section, pairs[i].first);
        bytes_append_varint(section, pairs[i].second);
    }
}

static int by_block(const void *left, const void *right)
{
    const struct model_typed *a = left, *b = right;
    return (a->block > b->block) - (a->block < b->block);
}

static void encode_typed(struct encoded *encoded, struct bytes *records,
                         const struct dump_type *types)
{
    struct model_typed *typed = (struct model_typed *)records->at;
    size_t count = records->size / sizeof(*typed);
    struct bytes *section = section_of(encoded, DUMP_BLOCK_TYPES, count);
    uint32_t next = 0;
    if (count)
        qsort(typed, count, sizeof(*typed), by_block);
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = types[typed[i].type].kind;
        bytes_append_varint(section, typed[i].block - next);
        bytes_append_varint(section, typed[i].type);
        if ((kind >= DUMP_TYPE_CXX_COUNTED && kind <= DUMP_TYPE_GOBJECT) ||
            kind == DUMP_TYPE_PYTHON_WEAK)
            bytes_append_varint(section, typed[i].uses);
        if (kind == DUMP_TYPE_CXX_COUNTED)
            bytes_append_varint(section, typed[i].weak);
        next = typed[i].block + 1;
    }
}

static void encode_sum(struct bytes *section, const struct builder_sum *sum)
{
    bytes_append_varint(section, sum->stack);
    bytes_append_varint(section, sum->label);
    bytes_append_varint(section, sum->owner);
    bytes_append_varint(section, sum->blocks);
    bytes_append_varint(section, sum->bytes);
    bytes_append_varint(section, sum->first);
    bytes_append_varint(section, sum->last - sum->first);
    bytes_append_varint(section, sum->later);
    bytes_append_varint(section, sum->newer_blocks);
    bytes_append_varint(section, sum->newer_bytes);
    for (unsigned i = 0; i < DUMP_SUM_TENTHS; i++)
        bytes_append_varint(section, sum->born[i]);
}

static void encode_owner(struct bytes *section, const struct builder_owner *owner)
{
    unsigned holders = (owner->holders[0] != 0) + (owner->holders[1] != 0);
    bytes_append_varint(section, owner->kind);
    if (owner->kind != DUMP_OWNER_SEVERAL)
        bytes_append_varint(section, owner->place);
    if (owner->kind != DUMP_OWNER_SEVERAL && owner->kind != DUMP_OWNER_ROOT)
        bytes_append_varint(section, owner->what);
    bytes_append_varint(section, holders << 1);
    for (unsigned i = 0; i < holders; i++)
        bytes_append_varint(section, owner->holders[i]);
}

static void encode_sums(struct encoded *encoded, const struct dump_builder *builder)
{
    const struct builder_sum *sums = (const struct builder_sum *)builder->sums.at;
    size_t count = builder->sums.size / sizeof(*sums);
    struct bytes *section = section_of(encoded, DUMP_SUMS, count);
    if (!(builder->process.flags & DUMP_PROCESS_ONLY_LOST))
        return;
    bytes_append_varint(section, builder->weak_blocks);
    bytes_append_varint(section, builder->weak_bytes);
    bytes_append_varint(section, builder->since);
    const struct builder_owner *owners = (const struct builder_owner *)builder->owners.at;
    size_t owner_count = builder->owners.size / sizeof(*owners);
    bytes_append_varint(section, owner_count);
    for (size_t i = 0; i < owner_count; i++)
        encode_owner(section, &owners[i]);
    for (size_t i = 0; i < count; i++)
        encode_sum(section, &sums[i]);
}

static void encode_layouts(struct encoded *encoded, const struct bytes *records)
{
    const struct model_layout *layouts = (const struct model_layout *)records->at;
    size_t count = records->size / sizeof(*layouts);
    struct bytes *section = section_of(encoded, DUMP_LAYOUTS, count);
    for (size_t i = 0; i < count; i++) {
        bytes_append_varint(section, 1);
        bytes_append_varint(section, layouts[i].word);
        bytes_append_varint(section, layouts[i].string);
    }
}

static int by_word(const void *left, const void *right)
{
    const struct model_attributes *a = left, *b = right;
    return a->block != b->block ? (a->block > b->block) - (a->block < b->block)
                                : (a->word > b->word) - (a->word < b->word);
}

static void encode_attributes(struct encoded *encoded, struct bytes *records)
{
    struct model_attributes *attributes = (struct model_attributes *)records->at;
    size_t count = records->size / sizeof(*attributes);
    struct bytes *section = section_of(encoded, DUMP_ATTRIBUTES, count);
    uint32_t last = 0;
    if (count)
        qsort(attributes, count, sizeof(*attributes), by_word);
    for (size_t i = 0; i < count; i++) {
        bytes_append_varint(section, attributes[i].block - last);
        bytes_append_varint(section, attributes[i].word);
        bytes_append_varint(section, attributes[i].layout);
        last = attributes[i].block;
    }
}

static void encode(struct dump_builder *builder, struct encoded *encoded)
{
    bytes_append(section_of(encoded, DUMP_PROCESS, 1), &builder->process, sizeof(builder->process));
    encode_fixed(encoded, DUMP_STRINGS, &builder->strings, 1);
    encode_fixed(encoded, DUMP_MODULES, &builder->modules, sizeof(struct dump_module));
    encode_fixed(encoded, DUMP_SEGMENTS, &builder->segments, sizeof(struct dump_segment));
    encode_fixed(encoded, DUMP_MAPS, &builder->maps, 1);
    encode_fixed(encoded, DUMP_THREADS, &builder->threads, sizeof(struct dump_thread));
    encode_stacks(encoded, &builder->stacks);
    encode_fixed(encoded, DUMP_PYTHON_CODES, &builder->codes, sizeof(struct dump_python_code));
    encode_fixed(encoded, DUMP_PYTHON_LOOPS, &builder->loops, sizeof(struct dump_python_loop));
    encode_blocks(encoded, &builder->blocks);
    encode_edges(encoded, &builder->edges, builder->blocks.size / sizeof(struct builder_block));
    encode_fixed(encoded, DUMP_ROOTS, &builder->roots, sizeof(struct dump_root));
    encode_refs(encoded, &builder->refs, builder->roots.size / sizeof(struct dump_root));
    encode_pairs(encoded, DUMP_DECLARED, &builder->declared);
    encode_pairs(encoded, DUMP_LABELS, &builder->labels);
    encode_fixed(encoded, DUMP_TYPES, &builder->types, sizeof(struct dump_type));
    encode_typed(encoded, &builder->typed, (const struct dump_type *)builder->types.at);
    encode_fixed(encoded, DUMP_PYTHON, &builder->python, sizeof(struct dump_python));
    encode_sums(encoded, builder);
    encode_fixed(encoded, DUMP_SYMBOLS, &builder->symbols, sizeof(struct dump_symbol));
    encode_layouts(encoded, &builder->layouts);
    encode_attributes(encoded, &builder->attributes);
}

static struct dump_image image_of(struct encoded *encoded)
{
    struct dump_image image = dump_image_create(encoded->sections, encoded->counts);
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++)
        bytes_finish(&encoded->sections[i]);
    return image;
}

struct dump_image dump_builder_image(struct dump_builder *builder)
{
    struct encoded encoded = {0};
    encode(builder, &encoded);
    return image_of(&encoded);
}

struct dump_image dump_builder_image_with(struct dump_builder *builder, enum dump_section_kind kind,
                                          const void *bytes, size_t size, uint64_t count)
{
    struct encoded encoded = {0};
    encode(builder, &encoded);
    bytes_finish(&encoded.sections[kind - 1]);
    bytes_append(section_of(&encoded, kind, count), bytes, size);
    return image_of(&encoded);
}
