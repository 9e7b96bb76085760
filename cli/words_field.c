/* Where in a block a pointer lies: an attribute's name, of an object of CPython's, or a member's,
 * where debug information has it. */
#include "cli/way_back.h"
#include "cli/words.h"
#include "libcaulk/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/member_name.h"

#define MEMBER_CHARACTERS 60

/* A field's name in its parts, which are borrowed. */
struct named_field {
    const char *type, *between, *member;
    int type_bytes; /* of an array's the elements' type */
    int member_bytes;
    enum smart_pointer smart;
};

static int type_bytes(const char *type, const char *member)
{
    size_t bytes = strlen(type), brackets = strlen("[]");
    bool array = *member == '[' && bytes > brackets && !strcmp(type + bytes - brackets, "[]");
    return (int)(array ? bytes - brackets : bytes);
}

/* A name that is in the dump. */
static struct named_field embedded(const char *type, const char *name)
{
    size_t bytes = strlen(name);
    struct named_field field = {type, ".", name, type_bytes(type, name), (int)bytes, SMART_UNKNOWN};
    if (!member_name_is(name))
        return field;
    field.between = "";
    field.smart = member_name_smart(name);
    field.member_bytes -= field.smart != SMART_UNKNOWN;
    return field;
}

static struct named_field named(const struct field *field)
{
    return (struct named_field){field->type,
                                "",
                                field->member,
                                type_bytes(field->type, field->member),
                                (int)strlen(field->member),
                                field->smart};
}

/* The one place that decides what a field is called. */
static bool find_field(const struct opened *opened, uint32_t block, uint64_t offset,
                       struct named_field *ret_field)
{
    if (offset == OFFSET_UNKNOWN)
        return false;
    const char *attribute = dump_find_attribute(opened->dump, block, offset);
    const char *type = labels_name_of(&opened->analysis->heap.labels, block);
    struct field field;
    if (attribute && type)
        *ret_field = embedded(labels_whole_name(type), attribute);
    else if (fields_find(opened->fields, block, offset, &field))
        *ret_field = named(&field);
    else
        return false;
    return true;
}

struct phrase words_field(const struct opened *opened, uint32_t block, uint64_t offset)
{
    struct named_field field;
    if (!find_field(opened, block, offset, &field))
        return words_format("%s", "");
    char *type = format_text("%.*s", field.type_bytes, field.type);
    struct phrase member = words_format("%.*s", field.member_bytes, field.member);
    struct phrase phrase = words_format("%s%s%s", words_type(type).s, field.between,
                                        words_cut(member.s, MEMBER_CHARACTERS).s);
    free(type);
    return phrase;
}

char *words_whole_field(const struct opened *opened, uint32_t block, uint64_t offset)
{
    struct named_field field;
    if (!find_field(opened, block, offset, &field))
        return NULL;
    return format_text("%.*s%s%.*s", field.type_bytes, field.type, field.between,
                       field.member_bytes, field.member);
}

struct phrase words_member(const struct opened *opened, uint32_t block, uint64_t offset)
{
    struct named_field field;
    if (!find_field(opened, block, offset, &field))
        return words_format("%s", "");
    struct phrase member = words_format("%.*s", field.member_bytes, field.member);
    return words_cut(member.s + strspn(member.s, ":."), MEMBER_CHARACTERS);
}

enum smart_pointer words_smart_pointer(const struct opened *opened, uint32_t block, uint64_t offset)
{
    struct named_field field;
    if (find_field(opened, block, offset, &field) && field.smart != SMART_UNKNOWN)
        return field.smart;
    return way_back(opened, block, offset) ? SMART_BACK : SMART_UNKNOWN;
}

struct phrase words_pointer(const struct opened *opened, struct phrase name, uint32_t block,
                            uint64_t offset)
{
    struct phrase field = words_field(opened, block, offset);
    if (*field.s)
        name = field;
    return offset == OFFSET_UNKNOWN ? name : words_format("%s +0x%02" PRIx64, name.s, offset);
}
