/* 8 threads that do nothing but allocate and free, while the dump signal comes 10,000 times. */
#include <pthread.h>

#include "tests/e2e/programs/gate.h"

#define THREADS 8

static _Atomic int stop;

static void *churn(void *unused)
{
    while (!stop) {
        char *block = malloc(100);

        if (!block)
            _exit(98);
        block[0] = 'x';
        free(realloc(block, 3000));
    }
    return unused;
}

int main(void)
{
    pthread_t threads[THREADS];

    lose_block(55);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, churn, NULL) != 0)
            return 1;
    gate();
    stop = 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    gate();
    return 0;
}
