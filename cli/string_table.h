/* Texts, each once, numbered from 0 in the order in which they came: what several formats want. */
#ifndef CAULK_STRING_TABLE_H
#define CAULK_STRING_TABLE_H

#include <stdint.h>

struct string_entry;

struct string_table {
    uint32_t count;
    struct string_entry **entry; /* by number */
    struct string_entry *by_text;
};

/* A table of zeros is an empty one. The text is made UTF-8 without control characters first. */
uint32_t string_table_add(struct string_table *table, const char *text);

/* Borrowed from the table. */
const char *string_table_text(const struct string_table *table, uint32_t number);

void string_table_finish(struct string_table *table);

#endif
