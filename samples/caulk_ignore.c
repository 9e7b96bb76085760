/*
 * verdict: definite 1 block 24 bytes; indirect 0; possible 0; cycles 0; reachable 0;
 *          suppressed 2 blocks 80 bytes
 * valgrind: definite 2 blocks 72 bytes; indirect 1 block 32 bytes; possible 0
 *
 * Leaked on purpose: caulk_ignore takes a block, and what only it owns, out of the verdict. The
 * block beside it is still a leak. Valgrind knows nothing of it.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct singleton {
    char *name;
    char rest[40];
};

static void *allocate(size_t bytes)
{
    void *block = calloc(1, bytes);

    if (!block)
        abort();
    return block;
}

static struct singleton *singleton;
static void *other;

static void leak(void)
{
    singleton = allocate(sizeof(*singleton));
    singleton->name = allocate(32);
    caulk_ignore(singleton);
    other = allocate(24);
    singleton = NULL;
    other = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
