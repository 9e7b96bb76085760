#include "tests/damage/parts.h"

#include <stdlib.h>

void damage_parts_init(struct damage_parts *parts, const struct dump_image *whole)
{
    struct dump_image image = *whole;
    *parts = (struct damage_parts){0};
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++) {
        const struct dump_section *section = dump_image_section(&image, i + 1);
        bytes_append(&parts->sections[i], image.bytes + section->offset, section->bytes);
        parts->counts[i] = section->count;
    }
}

void damage_parts_finish(struct damage_parts *parts)
{
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++)
        bytes_finish(&parts->sections[i]);
}

void damage_parts_visit(const struct damage *damage, const struct damage_parts *parts,
                        const char *what)
{
    struct dump_image image = dump_image_create(parts->sections, parts->counts);
    damage->visit(&image, what);
    free(image.bytes);
}
