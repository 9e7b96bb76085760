/* Numbers 64-bit keys from 0 in the order in which they are first seen. */
#ifndef CAULK_ID_TABLE_H
#define CAULK_ID_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct id_table {
    uint32_t count;
    uint64_t *key;  /* number -> key */
    uint32_t *slot; /* hash -> number */
    uint32_t slot_count;
};

/* A table of zeros is an empty one. False where memory ran out. */
bool id_table_add(struct id_table *table, uint64_t key, uint32_t *ret_number);
void id_table_finish(struct id_table *table);

#endif
