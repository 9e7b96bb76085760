/*
 * Types of several dumps' blocks. A block that a fork copied keeps what its first copy says; counts
 * of references are each process's own, but copies that were not written to since agree.
 */
#include "libcaulk/dump_sum_parts.h"

#include <stdlib.h>
#include <string.h>

static bool allocate(struct sum *sum)
{
    size_t types = 1, typed = 1;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        types += sum->part[i].dump->type_count;
        typed += sum->part[i].dump->typed_count;
    }
    sum->dump->types = malloc(types * sizeof(*sum->dump->types));
    sum->dump->typed = malloc(typed * sizeof(*sum->dump->typed));
    return sum->dump->types && sum->dump->typed;
}

static void add_typed(struct dump *to, const struct sum_part *part, uint32_t first_type)
{
    for (uint32_t i = 0; i < part->dump->typed_count; i++) {
        struct typed_block typed = part->dump->typed[i];
        typed.block = part->block[typed.block];
        typed.type += first_type;
        to->typed[to->typed_count++] = typed;
    }
}

static int by_block(const void *left, const void *right)
{
    const struct typed_block *a = left, *b = right;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    return (a->type > b->type) - (a->type < b->type);
}

static void drop_copies(struct dump *dump)
{
    uint32_t kept = 0;
    qsort(dump->typed, dump->typed_count, sizeof(*dump->typed), by_block);
    for (uint32_t i = 0; i < dump->typed_count; i++)
        if (!kept || dump->typed[kept - 1].block != dump->typed[i].block)
            dump->typed[kept++] = dump->typed[i];
    dump->typed_count = kept;
}

/* As if it were one process whose collector is on where any of them has one that is. */
static void add_python(struct python_collector *to, const struct python_collector *from)
{
    if (!from->found)
        return;
    if (!to->found || from->collector != COLLECTOR_OFF)
        to->collector = from->collector;
    to->found = true;
    to->garbage += from->garbage;
}

bool sum_types(struct sum *sum)
{
    struct dump *to = sum->dump;
    if (!allocate(sum))
        return false;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        const struct dump *from = sum->part[i].dump;
        memcpy(to->types + to->type_count, from->types, from->type_count * sizeof(*to->types));
        add_typed(to, &sum->part[i], to->type_count);
        to->type_count += from->type_count;
        add_python(&to->python, &from->python);
    }
    drop_copies(to);
    return true;
}
