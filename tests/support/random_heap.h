/*
 * Heaps made at random from real, tracked blocks: with labels, pools, declared owners, and pointers
 * that are exact, interior, or at an offset of their own.
 */
#ifndef TESTS_SUPPORT_RANDOM_HEAP_H
#define TESTS_SUPPORT_RANDOM_HEAP_H

#include <stddef.h>
#include <stdint.h>

#define RANDOM_HEAP_BLOCKS 400
#define RANDOM_HEAP_ROOTS 40

struct random_heap {
    uint32_t seed;
    uint32_t sites;       /* stacks that blocks are allocated in, in turn */
    uint32_t edges;       /* pointers from blocks */
    uint32_t annotations; /* of each kind */
};

/* The roots are variables of the test's: each is one, some are arrays. */
void random_heap_build(const struct random_heap *heap);
void random_heap_clear(void);

#endif
