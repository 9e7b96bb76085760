/*
 * verdict: definite 0; indirect 0; possible 2 blocks 96 bytes; cycles 0; reachable 0
 * valgrind: same
 *
 * Interior pointer: the only pointer to a block points into its middle. A program may get back to
 * the block's start from there, or the word may be something else by chance: the block is possible,
 * and so is what only it leads to.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct record {
    char *name;
    long padding[3];
    long members[4];
};

static long *members;

static void build(void)
{
    struct record *record = calloc(1, sizeof(*record));

    if (!record)
        abort();
    record->name = calloc(1, 32);
    members = record->members;
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
