/*
 * 4 threads that ask for dumps by caulk_dump(), each of which has to wait for the others', while
 * the test asks from outside, too. None of them may keep a dump from stopping it.
 */
#include <pthread.h>

#include "preload/caulk.h"
#include "tests/e2e/programs/gate.h"

#define THREADS 4

static _Atomic int stop;

static void *dump_on(void *unused)
{
    while (!stop) {
        if (caulk_dump(NULL) != 0)
            _exit(96);
    }
    return unused;
}

int main(void)
{
    pthread_t threads[THREADS];

    lose_block(77);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, dump_on, NULL) != 0)
            return 1;
    }
    gate();
    stop = 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
