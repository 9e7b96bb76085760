/* Open addressing, at most half full; the slots hold numbers, the keys lie apart in order. */
#include "libcaulk/id_table.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 16u
#define EMPTY UINT32_MAX

/* The slots are a power of two: the key's entropy must come down to the low bits. */
static uint64_t mix(uint64_t key)
{
    key = (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    return key ^ key >> 29;
}

static uint32_t *find_slot(const struct id_table *table, uint64_t key)
{
    uint32_t mask = table->slot_count - 1;
    uint32_t i = (uint32_t)mix(key) & mask;
    while (table->slot[i] != EMPTY && table->key[table->slot[i]] != key)
        i = (i + 1) & mask;
    return &table->slot[i];
}

static bool grow(struct id_table *table)
{
    struct id_table larger = *table;
    if (table->slot_count > UINT32_MAX / 2)
        return false;
    larger.slot_count = table->slot_count ? 2 * table->slot_count : FIRST_SLOTS;
    uint64_t *key = realloc(table->key, larger.slot_count / 2 * sizeof(*key));
    if (!key)
        return false;
    table->key = larger.key = key;
    larger.slot = malloc(larger.slot_count * sizeof(*larger.slot));
    if (!larger.slot)
        return false;
    memset(larger.slot, 0xff, larger.slot_count * sizeof(*larger.slot)); /* EMPTY */
    for (uint32_t i = 0; i < larger.count; i++)
        *find_slot(&larger, key[i]) = i;
    free(table->slot);
    *table = larger;
    return true;
}

bool id_table_add(struct id_table *table, uint64_t key, uint32_t *ret_number)
{
    if (table->count >= table->slot_count / 2 && !grow(table))
        return false;
    uint32_t *slot = find_slot(table, key);
    if (*slot == EMPTY) {
        table->key[table->count] = key;
        *slot = table->count++;
    }
    *ret_number = *slot;
    return true;
}

void id_table_finish(struct id_table *table)
{
    free(table->key);
    free(table->slot);
    *table = (struct id_table){0};
}
