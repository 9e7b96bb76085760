/*
 * Symbols by address: which of a module's named ranges an address lies in.
 *
 * Knows nothing of ELF. Fill with symbol_table_add(), then sort once, then find. Names are
 * borrowed and must outlive the table.
 */
#ifndef CAULK_SYMBOL_TABLE_H
#define CAULK_SYMBOL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
    uint64_t start;
    uint64_t bytes; /* 0: unknown; then it reaches up to the next symbol */
    const char *name;
    uint32_t rank; /* of several names for one range the one with the highest rank is given */
};

struct symbol_table {
    struct symbol *symbols;
    uint64_t *reach; /* highest end of symbols[0..i] */
    size_t count, capacity;
};

void symbol_table_init(struct symbol_table *table);
void symbol_table_finish(struct symbol_table *table);

void symbol_table_add(struct symbol_table *table, const struct symbol *symbol);
void symbol_table_sort(struct symbol_table *table); /* O(n log n) */

/* The innermost symbol that covers address, or NULL. O(log n) unless symbols are nested deeply. */
const struct symbol *symbol_table_find(const struct symbol_table *table, uint64_t address);

#endif
