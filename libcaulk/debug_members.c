/*
 * Down from a class to the member at an offset, a step at a time: a base class, a member, an
 * array's element.
 *
 *     Session +0x58 ──▶ base Connection +0x48 ──▶ peer_ +0x00 ──▶ _M_ptr: the library's, so peer_
 */
#include "libcaulk/debug_members.h"

#include <ctype.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libcaulk/debug_entry.h"
#include "libcaulk/debug_smart.h"

/* Languages that dwarf.h may not have yet. */
#define LANGUAGE_C17 0x2c
#define LANGUAGE_C23 0x3e

#define STEPS_MAX 64
#define DIMENSIONS_MAX 4
/* What is looked at to tell which of a union's members has a pointer. */
#define UNION_PARTS_MAX 1000

struct path {
    char *text;
    size_t length, capacity;
    const char *separator; /* before the next member's name */
    bool full;
    enum smart_pointer smart; /* of the last member */
};

static void say(struct path *path, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(path->text + path->length, path->capacity - path->length, format, args);
    va_end(args);
    path->full |= length < 0 || (size_t)length >= path->capacity - path->length;
    path->length += path->full ? 0 : (size_t)length;
}

static bool number(Dwarf_Die *die, unsigned name, uint64_t *ret_number)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value))
        return false;
    *ret_number = value;
    return true;
}

/* ---- arrays ---- */

struct array {
    Dwarf_Die element;
    uint64_t element_bytes;
    uint64_t count[DIMENSIONS_MAX]; /* 0: not known, as of C's flexible arrays */
    unsigned dimensions;
};

static uint64_t count_of(Dwarf_Die *range)
{
    uint64_t count;
    if (number(range, DW_AT_count, &count))
        return count;
    return number(range, DW_AT_upper_bound, &count) && count < UINT64_MAX ? count + 1 : 0;
}

static uint64_t bytes_of(Dwarf_Die *type, unsigned depth);

static bool read_array(Dwarf_Die *die, unsigned depth, struct array *ret_array)
{
    Dwarf_Die range;
    memset(ret_array, 0, sizeof(*ret_array));
    for (int end = dwarf_child(die, &range); end == 0; end = dwarf_siblingof(&range, &range)) {
        if (dwarf_tag(&range) != DW_TAG_subrange_type)
            continue;
        if (ret_array->dimensions == DIMENSIONS_MAX)
            return false;
        ret_array->count[ret_array->dimensions++] = count_of(&range);
    }
    if (!ret_array->dimensions || !debug_entry_type(die, &ret_array->element))
        return false;
    ret_array->element_bytes = bytes_of(&ret_array->element, depth + 1);
    return ret_array->element_bytes;
}

static uint64_t array_bytes(Dwarf_Die *die, unsigned depth)
{
    struct array array;
    if (!read_array(die, depth, &array))
        return 0;
    uint64_t bytes = array.element_bytes;
    for (unsigned i = 0; i < array.dimensions; i++)
        if (__builtin_mul_overflow(bytes, array.count[i], &bytes))
            return 0;
    return bytes;
}

/* 0 where it is not known. */
static uint64_t bytes_of(Dwarf_Die *type, unsigned depth)
{
    uint64_t bytes;
    if (number(type, DW_AT_byte_size, &bytes))
        return bytes;
    switch (dwarf_tag(type)) {
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        return sizeof(uint64_t);
    case DW_TAG_array_type:
        return depth < STEPS_MAX ? array_bytes(type, depth) : 0;
    default:
        return 0;
    }
}

/* To the element at the offset. */
static bool step_into_array(Dwarf_Die *type, uint64_t *offset, struct path *path)
{
    struct array array;
    uint64_t index[DIMENSIONS_MAX];
    if (!read_array(type, 0, &array))
        return false;
    uint64_t element = *offset / array.element_bytes;
    for (unsigned i = array.dimensions; i-- > 0;) {
        if (i > 0 && !array.count[i])
            return false;
        index[i] = i > 0 ? element % array.count[i] : element;
        element = i > 0 ? element / array.count[i] : 0;
    }
    for (unsigned i = 0; i < array.dimensions; i++)
        say(path, "[%" PRIu64 "]", index[i]);
    *offset %= array.element_bytes;
    *type = array.element;
    return true;
}

/* ---- members ---- */

struct part {
    Dwarf_Die die, type;
    uint64_t offset, bytes;
};

/* Virtual bases and static members have no place of their own; bit fields hold no pointer. */
static bool read_part(Dwarf_Die *die, struct part *ret_part)
{
    uint64_t virtual = 0;
    ret_part->die = *die;
    number(die, DW_AT_virtuality, &virtual);
    if (virtual || !number(die, DW_AT_data_member_location, &ret_part->offset) ||
        !debug_entry_type(die, &ret_part->type))
        return false;
    ret_part->bytes = bytes_of(&ret_part->type, 0);
    return true;
}

static bool covers(const struct part *part, uint64_t offset)
{
    return part->offset <= offset && (!part->bytes || offset - part->offset < part->bytes);
}

/* Of several the last, then the largest: what is empty may share its place with others. One whose
 * size is not known reaches up to the next. */
static bool find_part(Dwarf_Die *class, int tag, uint64_t offset, struct part *ret_part)
{
    Dwarf_Die die;
    struct part part;
    bool found = false;
    for (int end = dwarf_child(class, &die); end == 0; end = dwarf_siblingof(&die, &die)) {
        if (dwarf_tag(&die) != tag || !read_part(&die, &part) || !covers(&part, offset))
            continue;
        if (!found || part.offset > ret_part->offset ||
            (part.offset == ret_part->offset && part.bytes > ret_part->bytes))
            *ret_part = part;
        found = true;
    }
    return found;
}

/* Names that the language keeps for its implementation: "_M_ptr", "__value_". */
static bool is_reserved(const char *name)
{
    return name[0] == '_' && (name[1] == '_' || isupper((unsigned char)name[1]));
}

/* A member without a name is a struct or union whose members are the class's own. */
static bool say_member(Dwarf_Die *member, bool in_base, struct path *path)
{
    const char *name = dwarf_diename(member);
    if (!name)
        return true;
    if (is_reserved(name) && (path->length || in_base))
        return false;
    say(path, "%s%s", path->separator, name);
    path->separator = ".";
    return true;
}

/* Members lie in what their bases leave free, so they come first. */
static bool step_into_class(Dwarf_Die *type, uint64_t *offset, bool *in_base, struct path *path)
{
    struct part part;
    enum smart_pointer smart = debug_smart_of_class(type);
    if (smart != SMART_UNKNOWN)
        path->smart = smart;
    if (find_part(type, DW_TAG_member, *offset, &part)) {
        if (!say_member(&part.die, *in_base, path))
            return false;
    } else if (find_part(type, DW_TAG_inheritance, *offset, &part)) {
        *in_base = true;
    } else {
        return false;
    }
    *offset -= part.offset;
    *type = part.type;
    return true;
}

/* ---- unions ---- */

/* Whether a pointer may lie at an offset of a type. budget: of parts to look at; entries may lead
 * to each other in rings. */
static bool may_point(Dwarf_Die *type, uint64_t offset, unsigned *budget);

/* A union's members need not say that they begin where it does. */
static bool read_alternative(Dwarf_Die *die, struct part *ret_part)
{
    *ret_part = (struct part){.die = *die};
    number(die, DW_AT_data_member_location, &ret_part->offset);
    if (dwarf_tag(die) != DW_TAG_member || !debug_entry_type(die, &ret_part->type))
        return false;
    ret_part->bytes = bytes_of(&ret_part->type, 0);
    return true;
}

/* How many members of a union may have a pointer at the offset, and the last of them. */
static unsigned count_pointing(Dwarf_Die *type, uint64_t offset, unsigned *budget,
                               struct part *ret_part)
{
    Dwarf_Die die;
    struct part part;
    unsigned count = 0;
    for (int end = dwarf_child(type, &die); end == 0 && *budget; end = dwarf_siblingof(&die, &die))
        if (read_alternative(&die, &part) && covers(&part, offset) &&
            may_point(&part.type, offset - part.offset, budget)) {
            *ret_part = part;
            count++;
        }
    return count;
}

static bool may_point(Dwarf_Die *type, uint64_t offset, unsigned *budget)
{
    struct part part;
    struct array array;
    if (!*budget)
        return false;
    --*budget;
    switch (dwarf_tag(type)) {
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        return offset == 0;
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
        return (find_part(type, DW_TAG_member, offset, &part) ||
                find_part(type, DW_TAG_inheritance, offset, &part)) &&
               may_point(&part.type, offset - part.offset, budget);
    case DW_TAG_array_type:
        return read_array(type, 0, &array) &&
               may_point(&array.element, offset % array.element_bytes, budget);
    case DW_TAG_union_type:
        return count_pointing(type, offset, budget, &part) > 0;
    default:
        return false;
    }
}

/* To the only member that can have the pointer: which of several has it nobody can tell. */
static bool step_into_union(Dwarf_Die *type, uint64_t *offset, bool in_base, struct path *path)
{
    unsigned budget = UNION_PARTS_MAX;
    struct part part;
    if (count_pointing(type, *offset, &budget, &part) != 1 || !say_member(&part.die, in_base, path))
        return false;
    *offset -= part.offset;
    *type = part.type;
    return true;
}

static bool step(Dwarf_Die *type, uint64_t *offset, bool *in_base, struct path *path)
{
    switch (dwarf_tag(type)) {
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
        return step_into_class(type, offset, in_base, path);
    case DW_TAG_union_type:
        return step_into_union(type, offset, *in_base, path);
    case DW_TAG_array_type:
        return step_into_array(type, offset, path);
    default:
        return false;
    }
}

/* C has no scopes in types. */
static const char *separator_of(Dwarf_Die *class)
{
    Dwarf_Die unit;
    switch (dwarf_srclang(dwarf_diecu(class, &unit, NULL, NULL))) {
    case DW_LANG_C:
    case DW_LANG_C89:
    case DW_LANG_C99:
    case DW_LANG_C11:
    case LANGUAGE_C17:
    case LANGUAGE_C23:
        return ".";
    default:
        return "::";
    }
}

/* in_base: also of the first member a name that the language keeps for itself says nothing. */
static void walk(Dwarf_Die type, uint64_t offset, bool in_base, struct path *path)
{
    for (int i = 0; i < STEPS_MAX && step(&type, &offset, &in_base, path); i++)
        ;
}

bool debug_members_path(const void *class, uint64_t offset, char *ret_path, size_t capacity,
                        enum smart_pointer *ret_smart)
{
    Dwarf_Die type = *(const Dwarf_Die *)class;
    struct path path = {.text = ret_path, .capacity = capacity, .separator = separator_of(&type)};
    walk(type, offset, false, &path);
    *ret_smart = path.smart;
    return path.length && !path.full;
}

bool debug_members_path_in(const void *variable, uint64_t offset, char *ret_path, size_t capacity)
{
    Dwarf_Die type = *(const Dwarf_Die *)variable;
    struct path path = {.text = ret_path, .capacity = capacity, .separator = "."};
    if (debug_entry_type(&type, &type))
        walk(type, offset, true, &path);
    return path.length && !path.full;
}
