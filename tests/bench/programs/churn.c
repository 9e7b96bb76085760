/*
 * Allocates and frees at random, from 20,000 distinct stacks of 16 frames.
 *
 *     churn THREADS LIVE STEPS
 *
 * LIVE slots are shared by the threads. A step puts a new block into a random slot and frees the
 * one that was there, whichever thread allocated it. All threads together take STEPS steps.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "tests/bench/programs/paths.h"

#define MOST_THREADS 64
#define DEPTH 16
#define PATHS 20000
#define LEAST_BYTES 16
#define BYTES_SPREAD 240

static _Atomic(char *) *slots;
static size_t live;
static size_t steps;

struct churner {
    unsigned long random;
    pthread_t thread;
};

static __attribute__((noinline)) void step(struct path *path)
{
    struct churner *self = path->argument;
    size_t bytes = LEAST_BYTES + path_random(&self->random) % BYTES_SPREAD;
    char *block = malloc(bytes);
    if (!block)
        abort();
    *block = 1;
    free(atomic_exchange(&slots[path_random(&self->random) % live], block));
}

static void *churn(void *argument)
{
    struct churner *self = argument;
    struct path path = {
        .depth = DEPTH,
        .ways = path_ways(PATHS),
        .leaf = step,
        .argument = self,
    };
    for (size_t i = 0; i < steps; i++) {
        path.way = path_random(&self->random) % PATHS;
        path_outer(&path);
    }
    return NULL;
}

int main(int count, char **words)
{
    static struct churner churners[MOST_THREADS];
    if (count != 4)
        return 2;
    unsigned threads = (unsigned)strtoul(words[1], NULL, 10);
    if (threads < 1 || threads > MOST_THREADS)
        return 2;
    live = strtoul(words[2], NULL, 10);
    steps = strtoul(words[3], NULL, 10) / threads;
    slots = calloc(live, sizeof(*slots));
    if (!slots)
        return 1;
    for (unsigned i = 0; i < threads; i++)
        churners[i].random = i + 1;
    for (unsigned i = 1; i < threads; i++) {
        if (pthread_create(&churners[i].thread, NULL, churn, &churners[i]) != 0)
            return 1;
    }
    churn(&churners[0]);
    for (unsigned i = 1; i < threads; i++)
        pthread_join(churners[i].thread, NULL);
    return 0;
}
