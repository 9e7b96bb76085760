/* What the kinds of damage share. */
#include "tests/damage/damage.h"

#include <stdlib.h>
#include <string.h>

struct dump_image damage_copy(const struct damage *damage)
{
    struct dump_image copy = {malloc(damage->whole->size), damage->whole->size};
    if (!copy.bytes)
        abort();
    memcpy(copy.bytes, damage->whole->bytes, copy.size);
    return copy;
}

void damage_visit(const struct damage *damage, struct dump_image *image, const char *what)
{
    damage->visit(image, what);
}

void damage_seal_and_visit(const struct damage *damage, struct dump_image *image, const char *what)
{
    dump_image_seal(image->bytes, image->size);
    damage->visit(image, what);
}

uint64_t damage_step(const struct damage *damage, uint64_t count)
{
    return count > damage->most ? (count + damage->most - 1) / damage->most : 1;
}

bool damage_value(uint64_t was, size_t bytes, unsigned index, uint64_t *ret_value)
{
    uint64_t largest = UINT64_MAX >> (64 - 8 * bytes);
    const uint64_t values[] = {
        0, 1, was - 1, was + 1, was + 8, largest, largest - 1, largest / 2, largest / 2 + 1,
    };
    if (index >= sizeof(values) / sizeof(*values))
        return false;
    *ret_value = values[index] & largest;
    return true;
}

const char *damage_section_name(enum dump_section_kind kind)
{
    static const char *const names[DUMP_SECTION_END] = {
        NULL,     "PROCESS", "STRINGS", "MODULES", "SEGMENTS",  "MAPS",     "THREADS",
        "STACKS", "BLOCKS",  "EDGES",   "ROOTS",   "ROOT_REFS", "DECLARED", "LABELS"};
    return names[kind];
}
