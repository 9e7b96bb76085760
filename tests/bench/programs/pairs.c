/*
 * Prints the nanoseconds of CPU time that one pair of malloc and free takes, called 16 frames deep.
 *
 *     pairs PATHS PAIRS      PATHS 1: always the same way down; 81: four levels with three ways
 * each
 *
 * Compiled without frame pointers, as most programs are.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FORK_LEVELS 4
#define PLAIN_LEVELS 11 /* and main, and the forks: 16 */
#define BLOCK_BYTES 64

static void *volatile sink;

static __attribute__((noinline)) void pair(void)
{
    sink = malloc(BLOCK_BYTES);
    free(sink);
}

static __attribute__((noinline)) void descend(int levels)
{
    if (levels == 0)
        pair();
    else
        descend(levels - 1);
    __asm__ volatile("" ::: "memory"); /* no tail call */
}

static __attribute__((noinline)) void fork_path(int levels, unsigned way)
{
    if (levels == 0) {
        descend(PLAIN_LEVELS);
    } else if (way % 3 == 0) {
        fork_path(levels - 1, way / 3);
        __asm__ volatile("" ::: "memory");
    } else if (way % 3 == 1) {
        fork_path(levels - 1, way / 3);
        __asm__ volatile("nop" ::: "memory");
    } else {
        fork_path(levels - 1, way / 3);
        __asm__ volatile("nop\n\tnop" ::: "memory");
    }
}

static double cpu_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **words)
{
    unsigned paths = count > 1 ? strtoul(words[1], NULL, 10) : 1;
    unsigned pairs = count > 2 ? strtoul(words[2], NULL, 10) : 5000000;
    uint64_t random = 88172645463325252u;
    double start = cpu_ns();

    for (unsigned i = 0; i < pairs; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        fork_path(FORK_LEVELS, (unsigned)(random >> 33) % paths);
    }
    printf("%.2f\n", (cpu_ns() - start) / pairs);
    return 0;
}
