/*
 * Files whose table doesn't say what it should, and files whose table is as it should be and whose
 * contents are not: put together anew from sections that were changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/damage/damage.h"
#include "tests/damage/parts.h"
#include "tests/support/bytes.h"

/* A file of so many bytes or fewer is cut at each of them. */
#define SMALL_BYTES 4096

typedef void change(struct dump_section *table, unsigned a, unsigned b);

static void exchange_entries(struct dump_section *table, unsigned a, unsigned b)
{
    struct dump_section entry = table[a];
    table[a] = table[b];
    table[b] = entry;
}

static void exchange_contents(struct dump_section *table, unsigned a, unsigned b)
{
    exchange_entries(table, a, b);
    table[a].kind = a + 1;
    table[b].kind = b + 1;
}

static void repeat_entry(struct dump_section *table, unsigned a, unsigned b)
{
    table[b] = table[a];
}

static void repeat_contents(struct dump_section *table, unsigned a, unsigned b)
{
    repeat_entry(table, a, b);
    table[b].kind = b + 1;
}

static void share_place(struct dump_section *table, unsigned a, unsigned b)
{
    table[b].offset = table[a].offset;
}

static void overlap(struct dump_section *table, unsigned a, unsigned b)
{
    table[b].offset = table[a].offset + 8;
}

static void reach_into(struct dump_section *table, unsigned a, unsigned b)
{
    if (table[b].offset + table[b].bytes > table[a].offset)
        table[a].bytes = table[b].offset + table[b].bytes - table[a].offset;
}

static const struct {
    const char *name;
    change *change;
    bool alike; /* the same for the second and the first */
} changes[] = {
    {"entries exchanged", exchange_entries, true},
    {"contents exchanged", exchange_contents, true},
    {"the first's entry twice", repeat_entry, false},
    {"the first's contents twice", repeat_contents, false},
    {"at one place", share_place, false},
    {"overlapping", overlap, false},
    {"the first reaches over the second", reach_into, false},
};

static void change_table(const struct damage *damage, unsigned a, unsigned b)
{
    char what[120];
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        if (changes[i].alike && a > b)
            continue;
        struct dump_image image = damage_copy(damage);
        changes[i].change(dump_image_section(&image, DUMP_PROCESS), a, b);
        snprintf(what, sizeof(what), "%s, %s: %s", damage_section_name(a + 1),
                 damage_section_name(b + 1), changes[i].name);
        damage_seal_and_visit(damage, &image, what);
        free(image.bytes);
    }
}

/* A section's contents are these bytes, and so many records. */
static void replace(const struct damage *damage, unsigned index, struct bytes contents,
                    uint64_t count, const char *how)
{
    char what[120];
    struct damage_parts parts;
    damage_parts_init(&parts, damage->whole);
    bytes_finish(&parts.sections[index]);
    bytes_append(&parts.sections[index], contents.at, contents.size);
    parts.counts[index] = count;
    snprintf(what, sizeof(what), "%s %s", damage_section_name(index + 1), how);
    damage_parts_visit(damage, &parts, what);
    damage_parts_finish(&parts);
}

static void change_contents(const struct damage *damage, unsigned index)
{
    struct dump_image image = *damage->whole;
    const struct dump_section *section = dump_image_section(&image, index + 1);
    if (!section->bytes)
        return;
    uint8_t *bytes = image.bytes + section->offset;
    size_t record = section->count ? section->bytes / section->count : section->bytes;
    struct bytes twice = {0};
    bytes_append(&twice, bytes, section->bytes);
    bytes_append(&twice, bytes, section->bytes);
    replace(damage, index, (struct bytes){0}, 0, "empty");
    replace(damage, index, (struct bytes){0}, section->count, "empty, counted");
    replace(damage, index, twice, section->count * 2, "twice");
    replace(damage, index, (struct bytes){.at = bytes, .size = section->bytes - 1}, section->count,
            "without its last byte");
    replace(damage, index, (struct bytes){.at = bytes + 1, .size = section->bytes - 1},
            section->count, "without its first byte");
    replace(damage, index, (struct bytes){.at = bytes, .size = section->bytes - record},
            section->count - 1, "without its last record");
    replace(damage, index, (struct bytes){.at = bytes + record, .size = section->bytes - record},
            section->count - 1, "without its first record");
    bytes_finish(&twice);
}

void damage_sections(const struct damage *damage)
{
    for (unsigned a = 0; a < DUMP_SECTION_COUNT; a++) {
        change_contents(damage, a);
        for (unsigned b = 0; b < DUMP_SECTION_COUNT; b++)
            if (a != b)
                change_table(damage, a, b);
    }
}

void damage_cuts(const struct damage *damage)
{
    char what[80];
    uint64_t size_bytes = damage->whole->size;
    uint64_t step = size_bytes > SMALL_BYTES ? damage_step(damage, size_bytes) : 1;
    for (size_t size = 0; size < damage->whole->size; size += step) {
        struct dump_image image = damage_copy(damage);
        image.size = size;
        snprintf(what, sizeof(what), "cut to %zu bytes", size);
        damage->visit(&image, what);
        if (size >= sizeof(struct dump_header)) {
            ((struct dump_header *)image.bytes)->file_bytes = size;
            damage_seal_and_visit(damage, &image, what);
        }
        free(image.bytes);
    }
}
