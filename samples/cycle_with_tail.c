/*
 * verdict: definite 2 blocks 48 bytes; indirect 2 blocks 96 bytes; possible 0;
 *          cycles 1 of 2 blocks 48 bytes; reachable 0
 * valgrind: definite 1 block 24 bytes; indirect 3 blocks 120 bytes; possible 0
 *
 * Cycle with a tail: two peers hold each other, and one of them holds a chain of two buffers. The
 * cycle is what leaks; the chain is what it drags along. Valgrind makes one peer owner of the rest.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct buffer {
    struct buffer *next;
    char bytes[40];
};

struct peer {
    struct peer *other;
    struct buffer *inbox;
    long id;
};

static struct peer *accepted;

static void *allocate(size_t bytes)
{
    void *block = calloc(1, bytes);

    if (!block)
        abort();
    return block;
}

static void leak(void)
{
    accepted = allocate(sizeof(*accepted));
    accepted->other = allocate(sizeof(*accepted));
    accepted->other->other = accepted;
    accepted->inbox = allocate(sizeof(struct buffer));
    accepted->inbox->next = allocate(sizeof(struct buffer));
    accepted = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
