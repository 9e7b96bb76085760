/* A hash table that remembers the order. */
#include "cli/string_table.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "libcaulk/memory.h"
#include "libcaulk/utf8.h"

struct string_entry {
    char *text;
    uint32_t number;
    UT_hash_handle hh;
};

static void append(struct string_table *table, struct string_entry *entry)
{
    table->entry = need_room(table->entry, table->count, sizeof(*table->entry));
    entry->number = table->count;
    table->entry[table->count++] = entry;
}

uint32_t string_table_add(struct string_table *table, const char *text)
{
    struct string_entry *entry;
    char *clean = need_memory(utf8_clean(text));
    HASH_FIND_STR(table->by_text, clean, entry);
    if (entry) {
        free(clean);
        return entry->number;
    }
    entry = allocate(1, sizeof(*entry));
    entry->text = clean;
    append(table, entry);
    HASH_ADD_KEYPTR(hh, table->by_text, clean, strlen(clean), entry);
    return entry->number;
}

const char *string_table_text(const struct string_table *table, uint32_t number)
{
    return table->entry[number]->text;
}

void string_table_finish(struct string_table *table)
{
    HASH_CLEAR(hh, table->by_text);
    for (uint32_t i = 0; i < table->count; i++) {
        free(table->entry[i]->text);
        free(table->entry[i]);
    }
    free(table->entry);
    *table = (struct string_table){0};
}
