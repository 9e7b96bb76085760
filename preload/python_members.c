/* See python_members.h. */
#include "preload/python_members.h"

#include <assert.h>
#include <string.h>

#include "preload/peek.h"
#include "preload/sort.h"

#define WORD sizeof(uint64_t)
#define MEMBERS_AT 240u    /* in a type: tp_members */
#define BASIC_BYTES_AT 32u /* tp_basicsize */
#define BASE_AT 256u       /* tp_base */
#define BASES_MAX 64u      /* a class of more is none */
#define OBJECT_HEAD_BYTES 16u
#define OBJECT_BYTES_MAX 65536u

/* PyMemberDef. */
struct definition {
    uint64_t name;
    int32_t kind, padding;
    uint64_t offset;
    int32_t flags, more_padding;
    uint64_t text;
};
static_assert(sizeof(struct definition) == 40, "PyMemberDef");
enum { KIND_OBJECT = 6, KIND_SLOT = 16 }; /* T_OBJECT, T_OBJECT_EX */

/* The dictionary is found by what the type says of it, and is more than a field. */
#define DICTIONARY_NAME "__dict__"

static bool is_pointer(const struct definition *definition, uint64_t object_bytes)
{
    return (definition->kind == KIND_OBJECT || definition->kind == KIND_SLOT) &&
           definition->offset % WORD == 0 && definition->offset >= OBJECT_HEAD_BYTES &&
           definition->offset < object_bytes;
}

static void add_members(const struct maps *maps, uintptr_t type, struct python_members *members)
{
    uint64_t at, object_bytes;
    struct definition definition;
    if (!peek_word(maps, type + MEMBERS_AT, &at) ||
        !peek_word(maps, type + BASIC_BYTES_AT, &object_bytes) || object_bytes > OBJECT_BYTES_MAX)
        return;
    for (unsigned i = 0; i < PYTHON_MEMBERS_MAX && members->count < PYTHON_MEMBERS_MAX; i++) {
        uintptr_t where = at + i * sizeof(definition);
        if (where % WORD != 0 || !peek(maps, where, &definition, sizeof(definition)) ||
            definition.name == 0)
            return;
        if (is_pointer(&definition, object_bytes))
            members->member[members->count++] =
                (struct python_member){definition.name, definition.offset};
    }
}

static int by_offset(const void *left, const void *right)
{
    const struct python_member *a = left, *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return (a->name > b->name) - (a->name < b->name);
}

static void drop_doubles(struct python_members *members)
{
    uint32_t kept = 0;
    sort_records(members->member, members->count, sizeof(*members->member), by_offset);
    for (uint32_t i = 0; i < members->count; i++)
        if (kept == 0 || members->member[i].offset != members->member[kept - 1].offset)
            members->member[kept++] = members->member[i];
    members->count = kept;
}

void python_members_read(const struct maps *maps, uintptr_t type,
                         struct python_members *ret_members)
{
    uint64_t base = type;
    ret_members->count = 0;
    for (unsigned i = 0; i < BASES_MAX && base != 0; i++) {
        add_members(maps, base, ret_members);
        if (!peek_word(maps, base + BASE_AT, &base))
            break;
    }
    drop_doubles(ret_members);
}

size_t python_members_name(const struct python_member *member, const struct maps *maps,
                           char ret_name[PYTHON_KEY_BYTES])
{
    size_t length = peek_name(maps, member->name, false, ret_name, PYTHON_KEY_BYTES);
    bool named = length > 0 && python_is_identifier(ret_name, length) &&
                 strcmp(ret_name, DICTIONARY_NAME) != 0;
    return named ? length : 0;
}
