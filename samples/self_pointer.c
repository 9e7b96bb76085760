/*
 * verdict: definite 1 block 32 bytes; indirect 0; possible 0;
 *          cycles 1 of 1 block 32 bytes; reachable 0
 * valgrind: same
 *
 * Self-pointing block: an empty doubly linked list's head, whose links point to the head itself.
 * An exact pointer to itself makes a block a cycle of one.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct list {
    struct list *next, *previous;
    size_t length;
    void *owner;
};

static struct list *list_create(void)
{
    struct list *list = malloc(sizeof(*list));

    if (!list)
        abort();
    *list = (struct list){.next = list, .previous = list};
    return list;
}

static struct list *pending;

static void leak(void)
{
    pending = list_create();
    pending = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
