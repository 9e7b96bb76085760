/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 1 block 116 bytes
 * valgrind: definite 0; indirect 0; possible 1 block 116 bytes
 *
 * A wrapper of malloc notes what it is and how many bytes it gave out before them (postfix does
 * so). Valgrind, which looks for the size at the block's start alone, calls the block possible.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct chunk {
    int signature;
    size_t bytes;
    char given[];
};

static void *noted_malloc(size_t bytes)
{
    struct chunk *chunk = malloc(sizeof(*chunk) + bytes);

    if (!chunk)
        abort();
    chunk->signature = 0xdead;
    chunk->bytes = bytes;
    return chunk->given;
}

static void *page;

static void build(void)
{
    page = noted_malloc(100);
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
