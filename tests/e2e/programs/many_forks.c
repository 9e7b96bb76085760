/*
 * A thread that forks COUNT times beside 8 that allocate: no child may hang on a lock. They rest
 * now and then, or the forks would take minutes on a small machine.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

#define THREADS 8

static _Atomic int stop;

static void *allocate(void *unused)
{
    while (!stop) {
        for (size_t bytes = 1; bytes < 1000000; bytes += bytes / 4 + 1)
            free(malloc(bytes));
        poll(NULL, 0, 1);
    }
    return unused;
}

static int fork_once(void)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        void *volatile block = malloc(100);

        free(block);
        _exit(block ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    int forks = argc > 1 ? atoi(argv[1]) : 10000, well = 0;

    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, allocate, NULL) != 0)
            return 1;
    for (int i = 0; i < forks; i++)
        well += fork_once();
    stop = 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%d children\n", well);
    return well == forks ? 0 : 1;
}
