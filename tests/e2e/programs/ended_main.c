/*
 * A daemon whose main thread has ended: what is left of it can't stop for a dump, and needn't. Its
 * stack is nobody's any more, but what lies above it, as the environment does, is.
 */
#include <pthread.h>

#include "tests/e2e/programs/gate.h"

#define FRAME_WORDS 8192 /* what runs when the thread ends does not reach down so far */

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
    void *volatile frame[FRAME_WORDS];

    frame[0] = malloc(55);
    *environ = strdup("HELD=1");
    if (!frame[0] || !*environ)
        return 1;
    if (pthread_create(&thread, NULL, serve, NULL) != 0)
        return 1;
    pthread_exit(NULL);
}
