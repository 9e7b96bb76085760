/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 1 block 72 bytes
 * valgrind: same
 *
 * Heuristic length64: an allocator's wrapper keeps the size in the block's first 8 bytes and gives
 * out what follows (sqlite does so).
 */
#include <stdint.h>
#include <stdlib.h>

#include "samples/sample.h"

static void *sized_malloc(uint64_t bytes)
{
    uint64_t *block = malloc(sizeof(*block) + bytes);

    if (!block)
        abort();
    *block = bytes;
    return block + 1;
}

static void *page;

static void build(void)
{
    page = sized_malloc(64);
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
