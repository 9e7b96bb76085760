/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 21 blocks 1040 bytes
 * valgrind: definite 0; indirect 0; possible 21 blocks 1040 bytes
 *
 * The hash table of Rust's library is held by where its slots end and the bytes with their states
 * begin: one for each slot, the first 16 once more. Valgrind calls the table and all that it holds
 * possible.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "samples/sample.h"

#define SLOTS 32
#define STATES_REPEATED 16
#define EMPTY 0xff
#define ENTRIES 20

struct entry {
    uint64_t key;
    char *value;
};

static uint8_t *table; /* its states */

static void build(void)
{
    struct entry *slots = malloc(SLOTS * sizeof(*slots) + SLOTS + STATES_REPEATED);
    if (!slots)
        abort();
    table = memset(slots + SLOTS, EMPTY, SLOTS + STATES_REPEATED);
    for (int i = 0; i < ENTRIES; i++) {
        slots[i] = (struct entry){.key = (uint64_t)i, .value = calloc(1, 24)};
        table[i] = (uint8_t)(7 * i % 128);
    }
    memset(slots + ENTRIES, 0, (SLOTS - ENTRIES) * sizeof(*slots));
    memcpy(table + SLOTS, table, STATES_REPEATED);
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
