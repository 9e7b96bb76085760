/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 2 blocks 248 bytes
 * valgrind: definite 0; indirect 0; possible 2 blocks 248 bytes
 *
 * The block's own start beside the place that is pointed to: an allocator that aligns keeps it
 * right before what it gives out, to free the block by it; a timer that is a member has its owner
 * right behind it. Who holds the place holds the block. Valgrind calls both possible.
 */
#include <stdint.h>
#include <stdlib.h>

#include "samples/sample.h"

#define ALIGNMENT 64

struct timer {
    long due;
    struct session *owner;
};

struct session {
    char name[80];
    struct timer timer;
    char address[24];
};

static void *aligned_malloc(size_t bytes)
{
    void *block = malloc(bytes + ALIGNMENT);

    if (!block)
        abort();
    uintptr_t aligned = ((uintptr_t)block + ALIGNMENT) & -(uintptr_t)ALIGNMENT;
    ((void **)aligned)[-1] = block;
    return (void *)aligned;
}

static void *page;
static struct timer *first_due;

static void build(void)
{
    page = aligned_malloc(64);
    struct session *session = calloc(1, sizeof(*session));
    if (!session)
        abort();
    session->timer.owner = session;
    first_due = &session->timer;
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
