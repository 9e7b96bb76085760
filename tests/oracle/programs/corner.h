/*
 * What the oracle's programs share. Run under the oracle, which compares every stack that
 * allocates. A program's argument names one of its corners; without one, all are visited. Exits 0
 * when all could be.
 */
#ifndef ORACLE_CORNER_H
#define ORACLE_CORNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 200

struct corner {
    const char *name;
    void (*visit)(void);
};

static inline int visit_corners(const struct corner *corners, size_t count, int argc, char **argv)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (argc > 1 && strcmp(argv[1], corners[i].name) != 0)
            continue;
        corners[i].visit();
        found = true;
    }
    return found ? 0 : 1;
}

__attribute__((noinline, unused)) static void allocate(void)
{
    void *volatile block = malloc(24);
    free(block);
}

typedef void callback(void);

/* Allocates, calls on, and gives every frame a size that depends on the data. */
__attribute__((noinline, unused)) static void alloca_frames(unsigned depth)
{
    volatile char *room = __builtin_alloca(depth * 48 + 16);
    room[0] = 1;
    allocate();
    if (depth)
        alloca_frames(depth - 1);
    room[1] = 1;
}

/* Realigned: the CFA lies where rbp minus something points. */
__attribute__((noinline, unused, target("avx2"))) static void realigned(unsigned depth)
{
    volatile char vectors[96] __attribute__((aligned(64)));
    volatile char *room = __builtin_alloca(depth * 32 + 16);
    vectors[depth % 96] = room[0] = 1;
    allocate();
    if (depth)
        realigned(depth - 1);
    room[1] = vectors[0];
}

#endif
