/* Where in a block a pointer lies: an attribute's name, of an object of CPython's, or a member's,
 * where debug information has it. */
#include "cli/words.h"

#include <inttypes.h>
#include <string.h>

#define TYPE_CHARACTERS 60
#define MEMBER_CHARACTERS 60

struct phrase words_attribute(const struct opened *opened, uint32_t block, uint64_t offset)
{
    const char *attribute = dump_find_attribute(opened->dump, block, offset);
    const char *type = labels_name_of(&opened->analysis->heap.labels, block);
    if (!attribute || !type)
        return words_format("%s", "");
    return words_format("%s.%s", words_cut(labels_whole_name(type), TYPE_CHARACTERS).s,
                        words_cut(attribute, MEMBER_CHARACTERS).s);
}

struct phrase words_field(const struct opened *opened, uint32_t block, uint64_t offset)
{
    struct phrase attribute = words_attribute(opened, block, offset);
    struct field field;
    if (*attribute.s || !fields_find(opened->fields, block, offset, &field))
        return attribute;
    return words_format("%s%s", words_cut(field.type, TYPE_CHARACTERS).s,
                        words_cut(field.member, MEMBER_CHARACTERS).s);
}

struct phrase words_member(const struct opened *opened, uint32_t block, uint64_t offset)
{
    const char *attribute = dump_find_attribute(opened->dump, block, offset);
    struct field field;
    if (attribute)
        return words_cut(attribute, MEMBER_CHARACTERS);
    if (!fields_find(opened->fields, block, offset, &field))
        return words_format("%s", "");
    return words_cut(field.member + strspn(field.member, ":."), MEMBER_CHARACTERS);
}

struct phrase words_pointer(const struct opened *opened, struct phrase name, uint32_t block,
                            uint64_t offset)
{
    struct phrase field = words_field(opened, block, offset);
    if (*field.s)
        name = field;
    return offset == OFFSET_UNKNOWN ? name : words_format("%s +0x%02" PRIx64, name.s, offset);
}
