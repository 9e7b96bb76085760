/* Many threads that want a processor all the time, and one that waits. */
#include <pthread.h>

#include "tests/e2e/programs/gate.h"

#define THREADS 16

static void *spin(void *unused)
{
    for (;;)
        __asm__ volatile("" : "+r"(unused));
    return NULL;
}

int main(void)
{
    pthread_t thread;

    for (int i = 0; i < 200000; i++) /* a dump takes its time */
        lose_block(40);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&thread, NULL, spin, NULL) != 0)
            return 1;
    gate();
    return 0;
}
