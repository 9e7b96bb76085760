/*
 * verdict: definite 3 blocks 48 bytes; indirect 0; possible 0;
 *          cycles 1 of 3 blocks 48 bytes; reachable 0
 * valgrind: definite 1 block 16 bytes; indirect 2 blocks 32 bytes; possible 0
 *
 * Lost ring: three waiters in a circle, none of which is in any sense the first. All members of a
 * lost cycle are definite. Valgrind calls the one that it comes to first definite, the others
 * indirect.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct waiter {
    struct waiter *next;
    long id;
};

static struct waiter *queue; /* the ring's last entry */

static void enqueue(long id)
{
    struct waiter *waiter = malloc(sizeof(*waiter));

    if (!waiter)
        abort();
    waiter->id = id;
    waiter->next = queue ? queue->next : waiter;
    if (queue)
        queue->next = waiter;
    queue = waiter;
}

static void leak(void)
{
    for (long id = 0; id < 3; id++)
        enqueue(id);
    queue = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
