/*
 * For whoever works on it: what capturing adds to a pair of malloc and free. The same calls with
 * and without it, interleaved, 16 frames down, median of 15 runs, CPU time: on one path again and
 * again; on 81 paths (4 levels of 3 branches each) in random order; and on 6561 (8 levels).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "preload/capture.h"
#include "preload/stack_table.h"

#define PAIRS 300000u
#define RUNS 15u

static struct stack_table table;
static int capturing;
static uint32_t random_state = 1;
static volatile uint32_t sink;

__attribute__((noinline)) static void *allocate(size_t bytes)
{
    if (capturing) {
        struct capture_start start = capture_here();
        sink = capture_site(&start, 64);
    }
    return malloc(bytes);
}

__attribute__((noinline)) static void leaf(void)
{
    void *volatile block = allocate(40);
    free(block);
}

static void branch(unsigned levels, uint32_t path);

/* Three functions alike, each with its own return address. */
#define BRANCH(name)                                                                               \
    __attribute__((noinline)) static void name(unsigned levels, uint32_t path)                     \
    {                                                                                              \
        branch(levels, path);                                                                      \
        __asm__ volatile("");                                                                      \
    }
BRANCH(left)
BRANCH(middle)
BRANCH(right)

__attribute__((noinline)) static void branch(unsigned levels, uint32_t path)
{
    if (!levels)
        leaf();
    else if (path % 3 == 0)
        left(levels - 1, path / 3);
    else if (path % 3 == 1)
        middle(levels - 1, path / 3);
    else
        right(levels - 1, path / 3);
    __asm__ volatile("");
}

__attribute__((noinline)) static void chain(unsigned frames, unsigned levels, uint32_t path)
{
    if (frames)
        chain(frames - 1, levels, path);
    else
        branch(levels, path);
    __asm__ volatile("");
}

static uint32_t next_random(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

static double run(unsigned frames, unsigned levels, uint32_t paths)
{
    struct timespec begin, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    for (unsigned i = 0; i < PAIRS; i++)
        chain(frames, levels, paths > 1 ? next_random() % paths : 0);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    return ((double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec)) /
           PAIRS;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const char *what, unsigned frames, unsigned levels, uint32_t paths)
{
    double bare[RUNS], captured[RUNS];
    for (unsigned i = 0; i < RUNS; i++) {
        capturing = 0;
        bare[i] = run(frames, levels, paths);
        capturing = 1;
        captured[i] = run(frames, levels, paths);
    }
    qsort(bare, RUNS, sizeof(bare[0]), compare);
    qsort(captured, RUNS, sizeof(captured[0]), compare);
    printf("%-22s bare %6.1f ns, added %6.1f ns\n", what, bare[RUNS / 2],
           captured[RUNS / 2] - bare[RUNS / 2]);
}

int main(void)
{
    if (!stack_table_init(&table))
        return 1;
    capture_init(&table);
    measure("1 path, 16 frames", 10, 0, 1);
    measure("81 paths, 16 frames", 4, 4, 81);
    measure("6561 paths, 24 frames", 4, 8, 6561);
    printf("%u stack nodes\n", stack_table_count(&table));
    return 0;
}
