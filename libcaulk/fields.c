/*
 * Two questions stand before that for the member: where in the block the object begins, and whether
 * the debug information means this very type. A block as large as the type says answers both.
 */
#include "libcaulk/fields.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "libcaulk/debug_info.h"
#include "libcaulk/debug_types.h"
#include "libcaulk/heap_graph.h"
#include "libcaulk/memory.h"
#include "libcaulk/type_name.h"

#define MEMBER_BYTES 256
#define WORD_BYTES 8u

struct member_key {
    uint64_t offset; /* in the object, or from the first of several */
    uint64_t array;
};

struct member {
    struct member_key key;
    char *name; /* NULL: not known */
    enum smart_pointer smart;
    UT_hash_handle hh;
};

/* A type by its name. */
struct known_type {
    char *name;
    struct debug_types *types; /* where it was found, or NULL */
    uint64_t bytes;
    struct member *members;
    UT_hash_handle hh;
};

struct fields {
    const struct dump *dump;
    struct symbolizer *symbolizer;
    struct known_type *known;
    struct known_type **of_type; /* by the dump's type number; filled late */
};

/* An object, or several of a kind, in a block. */
struct object {
    struct known_type *type;
    uint64_t offset; /* in the block */
    bool array;
    bool tagged; /* GObject's Node is struct _Node */
};
#define TAG "_"

struct fields *fields_create(const struct dump *dump, struct symbolizer *symbolizer)
{
    struct fields *fields = allocate(1, sizeof(*fields));
    fields->dump = dump;
    fields->symbolizer = symbolizer;
    fields->of_type = allocate(dump->type_count, sizeof(*fields->of_type));
    return fields;
}

static void destroy_type(struct known_type *type)
{
    struct member *member, *next;
    HASH_ITER(hh, type->members, member, next)
    {
        HASH_DEL(type->members, member);
        free(member->name);
        free(member);
    }
    free(type->name);
    free(type);
}

void fields_destroy(struct fields *fields)
{
    if (!fields)
        return;
    struct known_type *type, *next;
    HASH_ITER(hh, fields->known, type, next)
    {
        HASH_DEL(fields->known, type);
        destroy_type(type);
    }
    free(fields->of_type);
    free(fields);
}

/* ---- types ---- */

static bool find_in_module(struct fields *fields, uint32_t module, struct known_type *type)
{
    struct debug_info *info = symbolizer_debug_info(fields->symbolizer, module);
    struct debug_types *types = info ? debug_info_types(info) : NULL;
    if (!types || !debug_types_size(types, type->name, &type->bytes))
        return false;
    type->types = types;
    return true;
}

static void find_in_modules(struct fields *fields, struct known_type *type)
{
    const struct module *modules = fields->dump->modules;
    for (int main = 1; main >= 0; main--)
        for (uint32_t i = 0; i < fields->dump->module_count; i++)
            if (modules[i].is_main == main && !modules[i].is_tracker &&
                find_in_module(fields, i, type))
                return;
}

static struct known_type *know(struct fields *fields, const char *name)
{
    struct known_type *type;
    HASH_FIND_STR(fields->known, name, type);
    if (type)
        return type;
    type = allocate(1, sizeof(*type));
    type->name = need_memory(strdup(name));
    find_in_modules(fields, type);
    HASH_ADD_KEYPTR(hh, fields->known, type->name, strlen(type->name), type);
    return type;
}

/* By the name that is shown: of an array without its brackets, of an object of GObject's with the
 * underscore that its struct has by custom. */
static struct known_type *know_type(struct fields *fields, uint32_t number)
{
    if (fields->of_type[number])
        return fields->of_type[number];
    const struct type *type = &fields->dump->types[number];
    char *name = need_memory(type_name(type));
    char *tagged = type->kind == TYPE_GOBJECT ? format_text(TAG "%s", name) : NULL;
    if (type->kind == TYPE_CXX_ARRAY)
        name[strlen(name) - strlen("[]")] = '\0';
    fields->of_type[number] = know(fields, tagged ? tagged : name);
    free(tagged);
    free(name);
    return fields->of_type[number];
}

/* ---- objects ---- */

static bool find_labelled(struct fields *fields, uint32_t block, struct object *ret_object)
{
    const struct dump *dump = fields->dump;
    if (!dump->block_label || !dump->block_label[block])
        return false;
    *ret_object = (struct object){.type = know(fields, dump->block_label[block])};
    return ret_object->type->types && ret_object->type->bytes <= dump->block_bytes[block];
}

/* What make_shared made is counts and the object; anything between them (an allocator, room for an
 * alignment) makes the block larger, and then the object lies elsewhere. */
static bool fits(const struct object *object, enum type_kind kind, uint64_t block_bytes)
{
    uint64_t bytes = object->type->bytes, room = block_bytes - object->offset;
    if (kind == TYPE_CXX_COUNTED)
        return room % WORD_BYTES == 0 && bytes <= room && room - bytes < WORD_BYTES;
    if (kind == TYPE_GOBJECT)
        return bytes == room;
    return object->array ? room % bytes == 0 : bytes <= room;
}

static bool find_typed(struct fields *fields, uint32_t block, struct object *ret_object)
{
    const struct typed_block *typed = dump_find_type(fields->dump, block);
    const struct type *type = typed ? &fields->dump->types[typed->type] : NULL;
    bool beside = type && type->kind == TYPE_CXX_COUNTED && !type->object_offset;
    bool named = type && type->kind != TYPE_GOBJECT && dump_type_is_plain(type->kind);
    if (!type || named || beside)
        return false;
    *ret_object = (struct object){.type = know_type(fields, typed->type),
                                  .offset = type->object_offset,
                                  .array = type->kind == TYPE_CXX_ARRAY,
                                  .tagged = type->kind == TYPE_GOBJECT};
    return ret_object->type->types &&
           fits(ret_object, type->kind, fields->dump->block_bytes[block]);
}

/* ---- members ---- */

static char *member_name(const struct object *object, uint64_t offset,
                         enum smart_pointer *ret_smart)
{
    char member[MEMBER_BYTES];
    uint64_t bytes = object->type->bytes, element = offset / bytes;
    if (!debug_types_member(object->type->types, object->type->name,
                            object->array ? offset % bytes : offset, member, sizeof(member),
                            ret_smart))
        return NULL;
    return object->array ? format_text("[%" PRIu64 "]%s", element, member)
                         : format_text("%s", member);
}

static const struct member *know_member(const struct object *object, uint64_t offset)
{
    const struct member_key key = {offset, object->array};
    struct member *member;
    HASH_FIND(hh, object->type->members, &key, sizeof(key), member);
    if (!member) {
        member = allocate(1, sizeof(*member));
        member->key = key;
        member->name = member_name(object, offset, &member->smart);
        HASH_ADD(hh, object->type->members, key, sizeof(key), member);
    }
    return member;
}

bool fields_find(struct fields *fields, uint32_t block, uint64_t offset, struct field *ret_field)
{
    struct object object;
    if (offset == OFFSET_UNKNOWN || block >= fields->dump->block_count ||
        (!find_labelled(fields, block, &object) && !find_typed(fields, block, &object)) ||
        offset < object.offset)
        return false;
    const struct member *member = know_member(&object, offset - object.offset);
    if (!member->name)
        return false;
    const char *name = object.type->name + (object.tagged ? strlen(TAG) : 0);
    *ret_field = (struct field){name, member->name, member->smart};
    return true;
}
