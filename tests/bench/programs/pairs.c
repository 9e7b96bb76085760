/*
 * Prints the nanoseconds of CPU time that one pair of malloc and free takes.
 *
 *     pairs DEPTH PATHS PAIRS     called DEPTH frames below _start's, by PATHS ways in random order
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/bench/programs/paths.h"

#define BLOCK_BYTES 64

static void *volatile sink;

static __attribute__((noinline)) void pair(struct path *path)
{
    (void)path;
    sink = malloc(BLOCK_BYTES);
    free(sink);
}

static double cpu_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int count, char **words)
{
    if (count != 4)
        return 2;
    unsigned paths = (unsigned)strtoul(words[2], NULL, 10);
    unsigned pairs = (unsigned)strtoul(words[3], NULL, 10);
    struct path path = {
        .depth = (unsigned)strtoul(words[1], NULL, 10),
        .ways = path_ways(paths),
        .leaf = pair,
    };
    unsigned long random = 1;

    path_outer(&path);
    double start = cpu_ns();
    for (unsigned i = 0; i < pairs; i++) {
        path.way = path_random(&random) % paths;
        path_outer(&path);
    }
    printf("%.2f\n", (cpu_ns() - start) / pairs);
    return 0;
}
