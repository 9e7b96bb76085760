/*
 * A sorted array. Symbols may nest and overlap (assembly, aliases, linker-made ranges), so beside
 * each one stands how far it and all before it reach: going back from the last symbol that starts
 * at or before the address, the search stops where nothing earlier can cover it.
 */
#include "libcaulk/symbol_table.h"

#include <stdlib.h>
#include <string.h>

void symbol_table_init(struct symbol_table *table)
{
    memset(table, 0, sizeof(*table));
}

void symbol_table_finish(struct symbol_table *table)
{
    free(table->symbols);
    free(table->reach);
    symbol_table_init(table);
}

void symbol_table_add(struct symbol_table *table, const struct symbol *symbol)
{
    if (table->count == table->capacity) {
        table->capacity = table->capacity ? table->capacity * 2 : 256;
        table->symbols = reallocarray(table->symbols, table->capacity, sizeof(*table->symbols));
        if (!table->symbols)
            abort();
    }
    table->symbols[table->count++] = *symbol;
}

/* By start; of those with equal start the larger first, so that the innermost comes last, and of
 * equal ranges the best name last. */
static int compare_symbols(const void *left, const void *right)
{
    const struct symbol *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return -strcmp(a->name, b->name);
}

static uint64_t symbol_end(const struct symbol *symbol)
{
    uint64_t end = symbol->start + symbol->bytes;
    return end < symbol->start ? UINT64_MAX : end;
}

/* Drop what has no size where a symbol with one starts, and let the rest reach to its neighbour. */
static void settle_unsized(struct symbol_table *table)
{
    size_t kept = 0;
    for (size_t i = 0; i < table->count; i++) {
        struct symbol symbol = table->symbols[i];
        bool repeated = kept && table->symbols[kept - 1].start == symbol.start;
        if (!symbol.bytes && repeated && table->symbols[kept - 1].bytes)
            continue;
        if (kept && !table->symbols[kept - 1].bytes)
            table->symbols[kept - 1].bytes = symbol.start - table->symbols[kept - 1].start;
        table->symbols[kept++] = symbol;
    }
    table->count = kept;
}

void symbol_table_sort(struct symbol_table *table)
{
    if (!table->count)
        return;
    qsort(table->symbols, table->count, sizeof(*table->symbols), compare_symbols);
    settle_unsized(table);
    free(table->reach);
    table->reach = calloc(table->count, sizeof(*table->reach));
    if (!table->reach)
        abort();
    uint64_t reach = 0;
    for (size_t i = 0; i < table->count; i++) {
        uint64_t end = symbol_end(&table->symbols[i]);
        reach = end > reach ? end : reach;
        table->reach[i] = reach;
    }
}

const struct symbol *symbol_table_find(const struct symbol_table *table, uint64_t address)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->symbols[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i-- > 0 && table->reach[i] > address;)
        if (symbol_end(&table->symbols[i]) > address)
            return &table->symbols[i];
    return NULL;
}
