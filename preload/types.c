/*
 * See types.h. Words that lead to no type are remembered like those that do, as far as the table
 * goes: a word that could be a class's table, and is none, is mostly seen again.
 */
#include "preload/types.h"

#include <string.h>

#include "preload/fault_guard.h"
#include "preload/pages.h"
#include "preload/peek.h"

#define WORD sizeof(uint64_t)
#define COUNTED_OBJECT_OFFSET 16u /* past the table and the two counts */
#define LINK_FLAGS 3u             /* the lowest bits of a link back */
#define PYTHON_KEY 1u             /* tells keys of types from those of classes */
#define GOBJECT_KEY 2u
#define TALLOC_KEY (1ull << 63)
#define TALLOC_OFFSET_SHIFT 48u
#define TALLOC_NAME_BYTES 256u
#define COUNT_MAX (1ull << 32)   /* of references to an object of CPython's */
#define ADDRESS_LEAST (1u << 16) /* that Linux lets programs use: vm.mmap_min_addr */

/* A block's first words: up to a Python object's type at the largest offset. */
struct beginning {
    uintptr_t address;
    size_t bytes; /* of the block */
    uint64_t words[(PYTHON_OFFSET_MAX + 2 * WORD) / WORD];
};

bool types_init(struct types *types, const struct maps *maps, struct dump_strings *strings,
                const struct gobject *gobject, const struct talloc *talloc)
{
    memset(types, 0, sizeof(*types));
    types->gobject = gobject;
    types->talloc = talloc;
    memset(types->node, 0xff, sizeof(types->node));
    types->maps = maps;
    types->strings = strings;
    types->slots = pages_map(TYPE_SLOTS * sizeof(*types->slots));
    types->records = pages_map(TYPES_MAX * sizeof(*types->records));
    types->places = pages_map(TYPES_MAX * sizeof(*types->places));
    bool done = types->slots && types->records && types->places;
    for (size_t i = 0; done && i < maps->count; i++)
        if (cxx_class_may_lie_in(&maps->items[i]))
            done = ranges_add(&types->constants, maps->items[i].start, maps->items[i].end);
    ranges_settle(&types->constants);
    if (!done)
        types_finish(types);
    return done;
}

void types_finish(struct types *types)
{
    pages_unmap(types->slots, TYPE_SLOTS * sizeof(*types->slots));
    pages_unmap(types->records, TYPES_MAX * sizeof(*types->records));
    pages_unmap(types->places, TYPES_MAX * sizeof(*types->places));
    ranges_finish(&types->constants);
    containers_finish(&types->containers);
    memset(types, 0, sizeof(*types));
}

/* The key's slot, or the free one where it belongs. */
static struct type_slot *find_slot(const struct types *types, uintptr_t key)
{
    size_t i = key * 0x9e3779b97f4a7c15ul >> 48;
    while (types->slots[i].key != 0 && types->slots[i].key != key)
        i = (i + 1) % TYPE_SLOTS;
    return &types->slots[i];
}

/* Fills a free slot; NULL past the table's room: then the key is looked at again each time. */
static struct type_slot *fill_slot(struct types *types, struct type_slot *slot, uintptr_t key,
                                   uint32_t number, size_t least_bytes)
{
    if (types->slots_used >= TYPES_MAX)
        return NULL;
    types->slots_used++;
    *slot = (struct type_slot){
        .key = key, .number = number, .array = TYPE_NONE, .least_bytes = least_bytes};
    return slot;
}

static uint32_t add_record(struct types *types, uint32_t name, uint32_t kind,
                           uint32_t object_offset)
{
    if (name == 0 || types->count >= TYPES_MAX)
        return TYPE_NONE;
    types->records[types->count] =
        (struct dump_type){.name = name, .kind = kind, .object_offset = object_offset};
    return types->count++;
}

/* NULL where the word points to no class's table. */
static struct type_slot *class_of(struct types *types, uintptr_t table)
{
    struct type_slot *slot = find_slot(types, table);
    if (slot->key != 0)
        return slot->number == TYPE_NONE ? NULL : slot;
    if (!ranges_contain(&types->constants, table))
        return NULL;
    struct cxx_class *class = &types->class;
    uint32_t number = TYPE_NONE;
    if (cxx_class_read(types->maps, table, class))
        number = add_record(types, dump_strings_add(types->strings, class->name, class->length),
                            class->counted ? DUMP_TYPE_CXX_COUNTED : DUMP_TYPE_CXX,
                            class->holds_object ? COUNTED_OBJECT_OFFSET : 0);
    slot = fill_slot(types, slot, table, number, WORD);
    return number == TYPE_NONE ? NULL : slot;
}

static bool is_object(struct types *types, const struct beginning *block,
                      struct block_type *ret_type)
{
    const struct type_slot *class = class_of(types, block->words[0]);
    if (!class)
        return false;
    *ret_type = (struct block_type){.number = class->number};
    if (types_kind(types, class->number) == DUMP_TYPE_CXX_COUNTED) {
        if (block->bytes < 2 * WORD)
            return false;
        ret_type->uses = (uint32_t)block->words[1];
        ret_type->weak = block->words[1] >> 32;
    }
    return true;
}

/* The number of elements, then elements that all begin with the same class's table: of two or more
 * the first and the last are looked at; one alone could as well be a member of something else. */
static bool is_array(struct types *types, const struct beginning *block,
                     struct block_type *ret_type)
{
    uint64_t elements = block->words[0], bytes = block->bytes - WORD, last;
    if (block->bytes < 3 * WORD || elements < 2 || elements > bytes / WORD ||
        bytes % elements != 0 || bytes / elements % WORD != 0)
        return false;
    struct type_slot *class = class_of(types, block->words[1]);
    if (!class ||
        !peek_word(types->maps, block->address + block->bytes - bytes / elements, &last) ||
        last != block->words[1])
        return false;
    if (class->array == TYPE_NONE)
        class->array =
            add_record(types, types->records[class->number].name, DUMP_TYPE_CXX_ARRAY, WORD);
    *ret_type = (struct block_type){.number = class->array};
    return class->array != TYPE_NONE;
}

static uint32_t gobject_type_of(struct types *types, const struct gobject_class *class)
{
    char name[GOBJECT_NAME_BYTES];
    uintptr_t key = class->class | GOBJECT_KEY;
    struct type_slot *slot = find_slot(types, key);
    if (slot->key != 0)
        return slot->number;
    size_t length = peek_name(types->maps, class->name, true, name, sizeof(name));
    uint32_t number =
        length == 0
            ? TYPE_NONE
            : add_record(types, dump_strings_add(types->strings, name, length),
                         class->counted ? DUMP_TYPE_GOBJECT : DUMP_TYPE_NAMED, class->offset);
    fill_slot(types, slot, key, number, WORD);
    return number;
}

static bool is_gobject(struct types *types, const struct beginning *block,
                       struct block_type *ret_type)
{
    const struct gobject_class *class =
        gobject_class_of(types->gobject, block->address, block->bytes);
    uint32_t number = class ? gobject_type_of(types, class) : TYPE_NONE;
    if (number == TYPE_NONE)
        return false;
    *ret_type =
        (struct block_type){.number = number, .uses = gobject_references(class, block->address)};
    return true;
}

/* A name is believed where nobody can write to it: others are texts of the program's own. */
static uint32_t talloc_name(struct types *types, const struct talloc_chunk *chunk)
{
    char name[TALLOC_NAME_BYTES];
    size_t length = 0;
    if (chunk->kind == TALLOC_OBJECT && ranges_contain(&types->constants, chunk->name))
        length = peek_name(types->maps, chunk->name, false, name, sizeof(name));
    if (length > 0)
        return dump_strings_add(types->strings, name, length);
    static const char *const names[] = {"talloc chunk", "talloc text", "talloc pool"};
    return dump_strings_text(types->strings, names[chunk->kind]);
}

static bool is_talloc(struct types *types, const struct beginning *block,
                      struct block_type *ret_type)
{
    struct talloc_chunk chunk;
    if (!talloc_chunk_of(types->talloc, block->address, block->bytes, &chunk))
        return false;
    uintptr_t what = chunk.kind == TALLOC_OBJECT ? chunk.name : chunk.kind;
    uintptr_t key = what | (uintptr_t)chunk.offset << TALLOC_OFFSET_SHIFT | TALLOC_KEY;
    struct type_slot *slot = find_slot(types, key);
    if (slot->key == 0)
        slot = fill_slot(
            types, slot, key,
            add_record(types, talloc_name(types, &chunk), DUMP_TYPE_NAMED, chunk.offset), WORD);
    *ret_type = (struct block_type){.number = slot ? slot->number : TYPE_NONE};
    return ret_type->number != TYPE_NONE;
}

static bool is_node(struct types *types, const struct beginning *block, struct block_type *ret_type)
{
    static const char *const names[] = {
        [CONTAINER_TREE] = "std::map or set node",
        [CONTAINER_LIST] = "std::list node",
    };
    enum container_node node = containers_node(&types->containers, block->address, block->bytes);
    if (node == CONTAINER_NONE)
        return false;
    if (types->node[node] == TYPE_NONE)
        types->node[node] =
            add_record(types, dump_strings_text(types->strings, names[node]), DUMP_TYPE_NAMED, 0);
    *ret_type = (struct block_type){.number = types->node[node]};
    return types->node[node] != TYPE_NONE;
}

static uint32_t python_kind(const struct types *types, uintptr_t address,
                            const struct python_type *type)
{
    if (!type->linked)
        return DUMP_TYPE_PYTHON;
    return python_type_is_weak(&types->python, types->maps, address) ? DUMP_TYPE_PYTHON_WEAK
                                                                     : DUMP_TYPE_PYTHON_GC;
}

static const struct type_slot *python_type_of(struct types *types, uintptr_t address)
{
    struct python_type type;
    uintptr_t key = address | PYTHON_KEY;
    struct type_slot *slot = find_slot(types, key);
    if (slot->key != 0)
        return slot->number == TYPE_NONE ? NULL : slot;
    if (!python_type_read(&types->python, types->maps, address, &type))
        return NULL;
    uint32_t number = add_record(types, dump_strings_add(types->strings, type.name, type.length),
                                 python_kind(types, address, &type), type.offset);
    if (number != TYPE_NONE)
        python_places_read(&types->python, types->maps, address, &type, &types->places[number]);
    slot = fill_slot(types, slot, key, number, type.least_bytes);
    return number == TYPE_NONE ? NULL : slot;
}

/* One that waits in a free list: taken out of the collector's list, but with its type still. */
static bool is_dead(const struct beginning *block, uint32_t offset)
{
    const uint64_t *links = &block->words[offset / WORD] - 2;
    return offset != 0 && links[0] == 0 && links[1] <= LINK_FLAGS;
}

/* Below 4 GiB, where a program that is not position-independent has its heap, a pointer looks like
 * a count; and in a list an object may come before a type. */
static bool points_to_object(struct types *types, uint64_t word)
{
    uint64_t type;
    return word >= ADDRESS_LEAST && word % WORD == 0 &&
           peek_word(types->maps, word + WORD, &type) && type != 0 && python_type_of(types, type);
}

/* An object has at least one reference, and few pointers look like so few. */
static bool is_python(struct types *types, const struct beginning *block, uint32_t offset,
                      struct block_type *ret_type)
{
    uint64_t references = block->words[offset / WORD], type = block->words[offset / WORD + 1];
    if (block->bytes < offset + 2 * WORD || references >= COUNT_MAX || type == 0 ||
        (references == 0 && !is_dead(block, offset)))
        return false;
    const struct type_slot *slot = python_type_of(types, type);
    if (!slot || types->records[slot->number].object_offset != offset ||
        block->bytes < slot->least_bytes || points_to_object(types, references))
        return false;
    *ret_type = (struct block_type){.number = slot->number, .uses = references};
    return true;
}

static bool find_python(struct types *types, const struct beginning *block,
                        struct block_type *ret_type)
{
    for (uint32_t offset = 0; offset <= PYTHON_OFFSET_MAX; offset += 2 * WORD)
        if (is_python(types, block, offset, ret_type))
            return true;
    return false;
}

bool types_of_block(struct types *types, uintptr_t address, size_t bytes,
                    struct block_type *ret_type)
{
    struct beginning block = {.address = address, .bytes = bytes};
    size_t read = bytes < sizeof(block.words) ? bytes : sizeof(block.words);
    if (bytes < WORD || address % WORD != 0 || !fault_guard_copy(block.words, address, read))
        return false;
    return is_object(types, &block, ret_type) || is_array(types, &block, ret_type) ||
           is_gobject(types, &block, ret_type) || is_talloc(types, &block, ret_type) ||
           is_node(types, &block, ret_type) ||
           (types->python.type_type != 0 && find_python(types, &block, ret_type));
}
