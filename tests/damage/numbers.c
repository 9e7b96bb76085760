/* The coded sections are one varint after another: each is replaced, whatever it means. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "libcaulk/varint.h"
#include "tests/damage/damage.h"
#include "tests/damage/parts.h"

static const enum dump_section_kind coded[] = {DUMP_STACKS,    DUMP_BLOCKS,   DUMP_EDGES,
                                               DUMP_ROOT_REFS, DUMP_DECLARED, DUMP_LABELS};

/* The section's bytes with another number from `begin` to `end`. */
static struct bytes with_number(const struct bytes *section, size_t begin, size_t end,
                                uint64_t value)
{
    struct bytes changed = {0};
    bytes_append(&changed, section->at, begin);
    bytes_append_varint(&changed, value);
    bytes_append(&changed, section->at + end, section->size - end);
    return changed;
}

static void set_number(const struct damage *damage, struct damage_parts *parts,
                       enum dump_section_kind kind, size_t begin, size_t end, uint64_t was)
{
    struct bytes whole = parts->sections[kind - 1];
    char what[120];
    uint64_t value;
    for (unsigned i = 0; damage_value(was, sizeof(was), i, &value); i++) {
        if (value == was)
            continue;
        parts->sections[kind - 1] = with_number(&whole, begin, end, value);
        snprintf(what, sizeof(what), "%s, at byte %zu: 0x%" PRIx64 ", was 0x%" PRIx64,
                 damage_section_name(kind), begin, value, was);
        damage_parts_visit(damage, parts, what);
        bytes_finish(&parts->sections[kind - 1]);
    }
    parts->sections[kind - 1] = whole;
}

static void set_numbers(const struct damage *damage, struct damage_parts *parts,
                        enum dump_section_kind kind)
{
    const struct bytes section = parts->sections[kind - 1];
    struct varint_reader reader = {section.at, section.at + section.size};
    uint64_t was, step = damage_step(damage, section.size);
    for (uint64_t number = 0; reader.at < reader.end; number++) {
        size_t begin = (size_t)(reader.at - section.at);
        if (!varint_read(&reader, &was))
            abort();
        if (number % step == 0)
            set_number(damage, parts, kind, begin, (size_t)(reader.at - section.at), was);
    }
}

void damage_numbers(const struct damage *damage)
{
    struct damage_parts parts;
    damage_parts_init(&parts, damage->whole);
    for (size_t i = 0; i < sizeof(coded) / sizeof(*coded); i++)
        set_numbers(damage, &parts, coded[i]);
    damage_parts_finish(&parts);
}
