/* See layouts.h. The one being made lies behind the names of the others. */
#include "preload/layouts.h"

#include <string.h>

#include "preload/pages.h"

#define SLOTS (LAYOUTS_MAX * 2u)

bool layouts_init(struct layouts *layouts, struct dump_strings *strings)
{
    memset(layouts, 0, sizeof(*layouts));
    layouts->strings = strings;
    layouts->names = pages_map(LAYOUT_NAMES_MAX * sizeof(*layouts->names));
    layouts->items = pages_map(LAYOUTS_MAX * sizeof(*layouts->items));
    layouts->slots = pages_map(SLOTS * sizeof(*layouts->slots));
    if (layouts->names && layouts->items && layouts->slots)
        return true;
    layouts_finish(layouts);
    return false;
}

void layouts_finish(struct layouts *layouts)
{
    pages_unmap(layouts->names, LAYOUT_NAMES_MAX * sizeof(*layouts->names));
    pages_unmap(layouts->items, LAYOUTS_MAX * sizeof(*layouts->items));
    pages_unmap(layouts->slots, SLOTS * sizeof(*layouts->slots));
    memset(layouts, 0, sizeof(*layouts));
}

void layouts_begin(struct layouts *layouts)
{
    layouts->new_count = 0;
}

void layouts_name(struct layouts *layouts, uint32_t word, const char *name, size_t length)
{
    uint32_t at = layouts->name_count + layouts->new_count;
    uint32_t string = dump_strings_add(layouts->strings, name, length);
    if (string == 0 || at == LAYOUT_NAMES_MAX)
        return;
    layouts->names[at] = (struct layout_name){word, string};
    layouts->new_count++;
}

static uint32_t hash(const struct layout_name *names, uint32_t count)
{
    uint64_t value = count;
    for (uint32_t i = 0; i < count; i++)
        value = (value ^ names[i].word ^ (uint64_t)names[i].string << 20) * 0x9e3779b97f4a7c15ul;
    return (uint32_t)(value >> 32) % SLOTS;
}

/* The slot of an equal layout, or the free one where it belongs. */
static uint32_t *find_slot(const struct layouts *layouts, const struct layout_name *names,
                           uint32_t count)
{
    for (uint32_t i = hash(names, count);; i = (i + 1) % SLOTS) {
        uint32_t number = layouts->slots[i];
        const struct layout *layout = &layouts->items[number - 1];
        if (number == 0 || (layout->count == count && memcmp(layouts->names + layout->first, names,
                                                             count * sizeof(*names)) == 0))
            return &layouts->slots[i];
    }
}

uint32_t layouts_end(struct layouts *layouts)
{
    uint32_t count = layouts->new_count;
    if (count == 0)
        return LAYOUT_NONE;
    uint32_t *slot = find_slot(layouts, layouts->names + layouts->name_count, count);
    if (*slot)
        return *slot - 1;
    if (layouts->count == LAYOUTS_MAX)
        return LAYOUT_NONE;
    layouts->items[layouts->count] = (struct layout){layouts->name_count, count};
    layouts->name_count += count;
    *slot = ++layouts->count;
    return *slot - 1;
}

uint32_t layouts_words(const struct layouts *layouts, uint32_t layout)
{
    const struct layout *found = &layouts->items[layout];
    return layouts->names[found->first + found->count - 1].word + 1;
}

void layouts_write(const struct layouts *layouts, struct dump_writer *writer)
{
    dump_writer_begin(writer, DUMP_LAYOUTS);
    for (uint32_t i = 0; i < layouts->count; i++) {
        const struct layout_name *name = layouts->names + layouts->items[i].first;
        uint32_t last = 0;
        dump_writer_varint(writer, layouts->items[i].count);
        for (uint32_t k = 0; k < layouts->items[i].count; k++) {
            dump_writer_varint(writer, name[k].word - last);
            dump_writer_varint(writer, name[k].string);
            last = name[k].word;
        }
    }
    dump_writer_end(writer, layouts->count);
}
