/* Where in a block a pointer lies: its attribute's name, of an object of CPython's. */
#include "cli/words.h"

#include <inttypes.h>

#define TYPE_CHARACTERS 60
#define MEMBER_CHARACTERS 60

struct phrase words_field(const struct opened *opened, uint32_t block, uint64_t offset)
{
    const char *attribute = dump_find_attribute(opened->dump, block, offset);
    const char *type = labels_name_of(&opened->analysis->heap.labels, block);
    if (!attribute || !type)
        return words_format("%s", "");
    return words_format("%s.%s", words_cut(labels_whole_name(type), TYPE_CHARACTERS).s,
                        words_cut(attribute, MEMBER_CHARACTERS).s);
}

struct phrase words_member(const struct opened *opened, uint32_t block, uint64_t offset)
{
    const char *attribute = dump_find_attribute(opened->dump, block, offset);
    return words_cut(attribute ? attribute : "", MEMBER_CHARACTERS);
}

struct phrase words_pointer(const struct opened *opened, struct phrase name, uint32_t block,
                            uint64_t offset)
{
    struct phrase field = words_field(opened, block, offset);
    if (*field.s)
        return field;
    return offset == OFFSET_UNKNOWN ? name : words_format("%s +0x%02" PRIx64, name.s, offset);
}
