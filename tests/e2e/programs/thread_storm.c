/*
 * thread_storm ROUNDS AT_ONCE: so many times, so many threads that wait for each other. Each loses
 * a block in the last round, and frees one that the main thread gave it. A gate after the first
 * round, and one in the last, while its threads are there.
 */
#include <pthread.h>
#include <stdbool.h>

#include "tests/e2e/programs/gate.h"

#define SMALL_STACK (64u << 10)

static pthread_barrier_t all_here, may_go;
static bool last;

static void *run(void *given)
{
    free(given);
    if (last)
        lose_block(60);
    free(malloc(5000));
    wipe_stack();
    pthread_barrier_wait(&all_here);
    pthread_barrier_wait(&may_go);
    return malloc(40);
}

static void visit(unsigned at_once)
{
    pthread_t *threads = calloc(at_once, sizeof(*threads));
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, SMALL_STACK);
    for (unsigned i = 0; i < at_once; i++)
        if (pthread_create(&threads[i], &small, run, malloc(30)) != 0)
            _exit(96);
    pthread_barrier_wait(&all_here);
    if (last)
        gate();
    pthread_barrier_wait(&may_go);
    for (unsigned i = 0; i < at_once; i++) {
        void *result;
        if (pthread_join(threads[i], &result) != 0)
            _exit(95);
        free(result);
    }
    free(threads);
    pthread_attr_destroy(&small);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    unsigned rounds = (unsigned)atoi(argv[1]), at_once = (unsigned)atoi(argv[2]);
    pthread_barrier_init(&all_here, NULL, at_once + 1);
    pthread_barrier_init(&may_go, NULL, at_once + 1);
    for (unsigned round = 1; round <= rounds; round++) {
        last = round == rounds;
        visit(at_once);
        if (round == 1 && !last)
            gate();
    }
    return 0;
}
