/*
 * verdict: definite 1 block 64 bytes; indirect 0; possible 0; cycles 0; reachable 1 block 40 bytes
 * valgrind: definite 1 block 64 bytes; indirect 1 block 40 bytes; possible 0
 *
 * Declared root: the program says that a table is to be scanned although no scan finds a way to it.
 * What the table points to is reachable; the block that the table lies in is judged as before, and
 * lost. Valgrind knows nothing of it.
 */
#include <stdlib.h>

#include "samples/sample.h"

#define SLOTS 8

static void **table;

static void build(void)
{
    table = calloc(SLOTS, sizeof(*table));
    if (!table)
        abort();
    table[SLOTS - 1] = calloc(1, 40);
    caulk_root(table, SLOTS * sizeof(*table));
    table = NULL;
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
