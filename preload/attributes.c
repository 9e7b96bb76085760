/* See attributes.h. Memory that is no live block has no edges in the dump, so it needs no names. */
#include "preload/attributes.h"

#include <string.h>

#include "preload/kept.h"
#include "preload/page_array.h"
#include "preload/pages.h"
#include "preload/python_keys.h"
#include "preload/sort.h"

#define WORD sizeof(uint64_t)
#define PLACES_FIRST 1024u
#define DICTIONARY_NAME "__dict__"

bool attributes_init(struct attributes *attributes, const struct python *python,
                     const struct maps *maps, const struct heap_blocks *heap,
                     struct dump_strings *strings)
{
    *attributes = (struct attributes){.python = python, .maps = maps, .heap = heap};
    attributes->remembered = pages_map(REMEMBERED_KEYS * sizeof(*attributes->remembered));
    if (attributes->remembered && layouts_init(&attributes->layouts, strings))
        return true;
    attributes_finish(attributes);
    return false;
}

void attributes_finish(struct attributes *attributes)
{
    layouts_finish(&attributes->layouts);
    pages_unmap(attributes->places, attributes->capacity * sizeof(*attributes->places));
    pages_unmap(attributes->remembered, REMEMBERED_KEYS * sizeof(*attributes->remembered));
    memset(attributes, 0, sizeof(*attributes));
}

static bool grow(struct attributes *attributes)
{
    struct attribute_place *places =
        page_array_grow(attributes->places, &attributes->capacity, sizeof(*places), PLACES_FIRST);
    if (places)
        attributes->places = places;
    return places != NULL;
}

/* A layout applies from an address on. */
static bool add_place(struct attributes *attributes, uintptr_t at, uint32_t layout)
{
    struct heap_place place;
    /* asked for a byte inside, because only then is the block's size looked up */
    if (layout == LAYOUT_NONE || at % WORD != 0 ||
        !heap_blocks_find(attributes->heap, at + 1, &place) || place.address % WORD != 0)
        return true;
    size_t words = layouts_words(&attributes->layouts, layout);
    if (words * WORD > place.bytes - (at - place.address))
        return true;
    if (attributes->count == attributes->capacity && !grow(attributes))
        return false;
    attributes->places[attributes->count++] =
        (struct attribute_place){place.number, (uint32_t)((at - place.address) / WORD), layout, 0};
    return true;
}

static uint32_t make_layout(struct attributes *attributes, const struct python_keys *keys,
                            uint32_t stride)
{
    char name[PYTHON_KEY_BYTES];
    layouts_begin(&attributes->layouts);
    for (uint32_t i = 0; i < keys->count; i++) {
        size_t length = python_keys_name(keys, attributes->maps, i, name);
        if (length)
            layouts_name(&attributes->layouts, (i + 1) * stride - 1, name, length);
    }
    return layouts_end(&attributes->layouts);
}

static uint32_t make_type_layout(struct attributes *attributes, const struct python_places *places)
{
    struct python_members members;
    char name[PYTHON_KEY_BYTES];
    python_members_read(attributes->maps, places->type, &members);
    layouts_begin(&attributes->layouts);
    for (uint32_t i = 0; i < members.count; i++) {
        const struct python_member *member = &members.member[i];
        size_t length = python_members_name(member, attributes->maps, name);
        if (length)
            layouts_name(&attributes->layouts, (uint32_t)((places->object + member->offset) / WORD),
                         name, length);
    }
    return layouts_end(&attributes->layouts);
}

/* Where the layout of what is at the address is remembered, or may be. */
static struct remembered_keys *find_remembered(struct attributes *attributes, uintptr_t address)
{
    return &attributes->remembered[address / WORD * 0x9e3779b97f4a7c15ul >> 52];
}
static_assert(REMEMBERED_KEYS == 1u << (64 - 52), "the hash's highest bits");

static uint32_t layout_of(struct attributes *attributes, uintptr_t address,
                          const struct python_keys *keys, uint32_t stride)
{
    struct remembered_keys *remembered = find_remembered(attributes, address);
    if (remembered->keys != address || remembered->stride != stride)
        *remembered =
            (struct remembered_keys){address, stride, make_layout(attributes, keys, stride)};
    return remembered->layout;
}

static uint32_t layout_of_type(struct attributes *attributes, const struct python_places *places)
{
    struct remembered_keys *remembered = find_remembered(attributes, places->type);
    if (remembered->keys != places->type || remembered->stride != STRIDE_OF_TYPE)
        *remembered = (struct remembered_keys){places->type, STRIDE_OF_TYPE,
                                               make_type_layout(attributes, places)};
    return remembered->layout;
}

static bool note_values(struct attributes *attributes, const struct python_attributes *found)
{
    struct python_keys keys;
    if (!python_keys_read(attributes->python, attributes->maps, found->keys, &keys))
        return true;
    uint32_t stride = found->values ? 1 : keys.entry_words;
    return add_place(attributes, found->values ? found->values : keys.entries,
                     layout_of(attributes, found->keys, &keys, stride));
}

static bool note_dictionary(struct attributes *attributes, uintptr_t at)
{
    layouts_begin(&attributes->layouts);
    layouts_name(&attributes->layouts, 0, DICTIONARY_NAME, strlen(DICTIONARY_NAME));
    return add_place(attributes, at, layouts_end(&attributes->layouts));
}

bool attributes_note(struct attributes *attributes, const struct python_places *places,
                     uintptr_t block)
{
    struct python_attributes found;
    if (!add_place(attributes, block, layout_of_type(attributes, places)))
        return false;
    if (!python_attributes_read(attributes->python, attributes->maps, places, block, &found))
        return true;
    if (found.dictionary_offset != PYTHON_NOWHERE &&
        !note_dictionary(attributes, block + found.dictionary_offset))
        return false;
    return note_values(attributes, &found);
}

static int by_place(const void *left, const void *right)
{
    const struct attribute_place *a = left, *b = right;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    return (a->word > b->word) - (a->word < b->word);
}

/* Objects may share a dictionary: each place counts once. */
static void write_places(const struct attributes *attributes, struct dump_job *job)
{
    struct dump_writer *writer = &job->writer;
    const struct attribute_place *place = attributes->places;
    uint32_t last = 0;
    uint64_t count = 0;
    dump_writer_begin(writer, DUMP_ATTRIBUTES);
    for (size_t i = 0; i < attributes->count; i++) {
        if ((i > 0 && by_place(&place[i - 1], &place[i]) == 0) || !kept(job, place[i].block))
            continue;
        uint32_t number = kept_number(job, place[i].block);
        dump_writer_varint(writer, number - last);
        dump_writer_varint(writer, place[i].word);
        dump_writer_varint(writer, place[i].layout);
        last = number;
        count++;
    }
    dump_writer_end(writer, count);
}

void attributes_write(struct attributes *attributes, struct dump_job *job)
{
    sort_records(attributes->places, attributes->count, sizeof(*attributes->places), by_place);
    layouts_write(&attributes->layouts, &job->writer);
    write_places(attributes, job);
}
