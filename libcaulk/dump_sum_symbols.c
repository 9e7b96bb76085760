/*
 * Names of several dumps as one set, moved to where the sum has their modules. Of a place that
 * several parts name, the first one's names count.
 */
#include "libcaulk/dump_sum_parts.h"

#include <stdlib.h>

/* A symbol, and where it came from: names of one place stay together and in their order. */
struct entry {
    struct symbol symbol;
    uint32_t part, number;
};

static uint32_t add_part(struct entry *entries, uint32_t count, const struct sum_part *part,
                         uint32_t number)
{
    for (uint32_t i = 0; i < part->dump->symbol_count; i++) {
        struct entry *entry = &entries[count++];
        *entry = (struct entry){part->dump->symbols[i], number, i};
        entry->symbol.address += part->shift[entry->symbol.module];
        entry->symbol.module = part->module[entry->symbol.module];
    }
    return count;
}

static int compare_places(const struct symbol *a, const struct symbol *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->module != b->module)
        return a->module < b->module ? -1 : 1;
    return (a->address > b->address) - (a->address < b->address);
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int place = compare_places(&a->symbol, &b->symbol);
    if (place)
        return place;
    if (a->part != b->part)
        return a->part < b->part ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void keep_first(struct dump *dump, const struct entry *entries, uint32_t count)
{
    const struct entry *kept = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct entry *entry = &entries[i];
        if (kept && compare_places(&kept->symbol, &entry->symbol) == 0 && kept->part != entry->part)
            continue;
        dump->symbols[dump->symbol_count++] = entry->symbol;
        dump->code_symbol_count += entry->symbol.kind == SYMBOL_CODE;
        kept = entry;
    }
}

bool sum_symbols(struct sum *sum)
{
    size_t most = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < sum->part_count; i++)
        most += sum->part[i].dump->symbol_count;
    if (most >= UINT32_MAX)
        return false;
    struct entry *entries = malloc((most + 1) * sizeof(*entries));
    sum->dump->symbols = malloc((most + 1) * sizeof(*sum->dump->symbols));
    bool done = entries && sum->dump->symbols;
    for (uint32_t i = 0; done && i < sum->part_count; i++)
        count = add_part(entries, count, &sum->part[i], i);
    if (done) {
        qsort(entries, count, sizeof(*entries), compare_entries);
        keep_first(sum->dump, entries, count);
    }
    free(entries);
    return done;
}
