/* Names of attributes in several dumps' blocks. Of copies that a fork made the first one's count.
 */
#include "libcaulk/dump_sum_parts.h"

#include <stdlib.h>

static bool allocate(struct sum *sum)
{
    size_t layouts = 1, names = 1, attributes = 1;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        layouts += sum->part[i].dump->layout_count;
        names += sum->part[i].dump->layout_name_count;
        attributes += sum->part[i].dump->attributes_count;
    }
    sum->dump->layouts = malloc(layouts * sizeof(*sum->dump->layouts));
    sum->dump->layout_names = malloc(names * sizeof(*sum->dump->layout_names));
    sum->dump->attributes = malloc(attributes * sizeof(*sum->dump->attributes));
    return sum->dump->layouts && sum->dump->layout_names && sum->dump->attributes;
}

static void add_part(struct dump *to, const struct sum_part *part)
{
    const struct dump *from = part->dump;
    for (uint32_t i = 0; i < from->attributes_count; i++) {
        struct attributes attributes = from->attributes[i];
        attributes.block = part->block[attributes.block];
        attributes.layout += to->layout_count;
        to->attributes[to->attributes_count++] = attributes;
    }
    for (uint32_t i = 0; i < from->layout_count; i++) {
        struct layout layout = from->layouts[i];
        layout.first += to->layout_name_count;
        to->layouts[to->layout_count++] = layout;
    }
    for (uint32_t i = 0; i < from->layout_name_count; i++)
        to->layout_names[to->layout_name_count++] = from->layout_names[i];
}

static int by_place(const void *left, const void *right)
{
    const struct attributes *a = left, *b = right;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    if (a->word != b->word)
        return a->word < b->word ? -1 : 1;
    return (a->layout > b->layout) - (a->layout < b->layout);
}

static void drop_copies(struct dump *dump)
{
    uint32_t kept = 0;
    qsort(dump->attributes, dump->attributes_count, sizeof(*dump->attributes), by_place);
    for (uint32_t i = 0; i < dump->attributes_count; i++) {
        const struct attributes *one = &dump->attributes[i];
        if (!kept || one->block != dump->attributes[kept - 1].block ||
            one->word != dump->attributes[kept - 1].word)
            dump->attributes[kept++] = *one;
    }
    dump->attributes_count = kept;
}

bool sum_attributes(struct sum *sum)
{
    if (!allocate(sum))
        return false;
    for (uint32_t i = 0; i < sum->part_count; i++)
        add_part(sum->dump, &sum->part[i]);
    drop_copies(sum->dump);
    return true;
}
