/*
 * verdict: definite 1 block 48 bytes; indirect 1 block 24 bytes; possible 0; cycles 0;
 *          reachable 1 block 100 bytes
 * valgrind: definite 0; indirect 0; possible 0
 *
 * Custom allocator on a mapping of its own: it announces its objects with caulk_allocated and
 * caulk_freed, and they are judged like malloc's. Valgrind sees no allocation at all.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "samples/sample.h"

#define ARENA_BYTES 4096
#define ALIGNMENT 16

static char *arena;
static size_t used = ALIGNMENT; /* the arena's head: a pointer to it is none to an object */

static void *arena_get(size_t bytes)
{
    void *object = arena + used;

    used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    caulk_allocated(object, bytes);
    return object;
}

static void **lost;
static void *kept;

static void leak(void)
{
    arena = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (arena == MAP_FAILED)
        abort();
    lost = arena_get(48);
    *lost = arena_get(24);
    lost = NULL;
    kept = arena_get(100);
    caulk_freed(arena_get(16));
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
