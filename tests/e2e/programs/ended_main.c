/* A daemon whose main thread has ended: what is left of it can't stop for a dump, and needn't. */
#include <pthread.h>

#include "tests/e2e/programs/gate.h"

static void *serve(void *unused)
{
    lose_block(77);
    gate();
    exit(0);
    return unused;
}

int main(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, serve, NULL) != 0)
        return 1;
    pthread_exit(NULL);
}
