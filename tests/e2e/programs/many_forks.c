/*
 * A thread that forks COUNT times beside 8 that allocate: no child may hang on a lock. Small
 * blocks, so that a fork has few pages to copy, and children that run beside the next forks.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

#define THREADS 8
#define BATCH 20

static _Atomic int stop;

static void *allocate(void *unused)
{
    while (!stop) {
        for (size_t bytes = 1; bytes < 2000; bytes += bytes / 4 + 1)
            free(malloc(bytes));
        poll(NULL, 0, 1);
    }
    return unused;
}

static pid_t fork_one(void)
{
    pid_t child = fork();

    if (child == 0) {
        void *volatile block = malloc(100);

        free(block);
        _exit(block ? 0 : 1);
    }
    return child;
}

/* How many of the children ended as they should. */
static int fork_some(int count)
{
    pid_t children[BATCH];
    int well = 0;

    for (int i = 0; i < count; i++)
        children[i] = fork_one();
    for (int i = 0; i < count; i++) {
        int status = -1;

        well += children[i] > 0 && waitpid(children[i], &status, 0) == children[i] && status == 0;
    }
    return well;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    int forks = argc > 1 ? atoi(argv[1]) : 10000, well = 0;

    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, allocate, NULL) != 0)
            return 1;
    for (int left = forks; left > 0; left -= BATCH)
        well += fork_some(left < BATCH ? left : BATCH);
    stop = 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%d children\n", well);
    return well == forks ? 0 : 1;
}
