/*
 * 4 threads that fork and reap beside 4 that allocate, while the test asks for dumps: a dump must
 * not hang on the locks that fork holds, nor in any child.
 */
#include <pthread.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

#define THREADS 8

static _Atomic int stop;

static void *fork_on(void *unused)
{
    while (!stop) {
        pid_t child = fork();

        if (child == 0) {
            free(malloc(100));
            _exit(0);
        }
        if (child < 0 || waitpid(child, NULL, 0) != child)
            _exit(96);
    }
    return unused;
}

static void *allocate_on(void *unused)
{
    while (!stop)
        free(malloc(1000));
    return unused;
}

int main(void)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, i % 2 ? allocate_on : fork_on, NULL) != 0)
            return 1;
    }
    gate();
    stop = 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
