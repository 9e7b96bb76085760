/*
 * verdict: definite 1 block 16 bytes; indirect 2 blocks 48 bytes; possible 0;
 *          cycles 1 of 2 blocks 48 bytes; reachable 0
 * valgrind: same
 *
 * Cycle owned by a lost head: the head is the source of it all, so it is definite and the cycle
 * below it is indirect. It is a lost cycle all the same: freeing the head would not free it where
 * its members count references.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct node {
    struct node *next, *previous;
    long value;
};

struct head {
    struct node *first;
    long length;
};

static struct head *table;

static void *allocate(size_t bytes)
{
    void *block = calloc(1, bytes);

    if (!block)
        abort();
    return block;
}

static void leak(void)
{
    table = allocate(sizeof(*table));
    table->first = allocate(sizeof(struct node));
    table->first->next = allocate(sizeof(struct node));
    table->first->next->previous = table->first;
    table = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
