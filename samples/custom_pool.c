/*
 * verdict: definite 1 block 64 bytes; indirect 0; possible 0; cycles 0
 * valgrind: definite 0; indirect 0; possible 0
 *
 * Custom allocator inside a malloc block: the objects that it carves out count, the pool itself
 * does not. Valgrind sees one reachable pool.
 */
#include <stdlib.h>

#include "samples/sample.h"

#define OBJECT_BYTES 64
#define OBJECTS 8

/* The first object's place is the pool's head: a pointer to it means the pool, and no object. */
static struct {
    char *memory;
    int taken;
} pool;

static void *pool_get(void)
{
    void *object = pool.memory + OBJECT_BYTES * ++pool.taken;

    caulk_allocated(object, OBJECT_BYTES);
    return object;
}

static void *objects[2];

static void leak(void)
{
    pool.memory = calloc(1 + OBJECTS, OBJECT_BYTES);
    if (!pool.memory)
        abort();
    objects[0] = pool_get();
    objects[1] = pool_get();
    objects[0] = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
