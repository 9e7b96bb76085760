/*
 * verdict: definite 2 blocks 88 bytes; indirect 0; possible 0; cycles 0
 * valgrind: same
 *
 * Thread leak: a thread ends with the only pointers to two blocks on its stack and in its
 * thread-local storage. glibc keeps the stack for the next thread; what lies on it is dead.
 */
#include <pthread.h>
#include <stdlib.h>

#include "samples/sample.h"

static __thread char *scratch;

static void *work(void *unused)
{
    char *volatile request = malloc(48);

    scratch = malloc(40);
    if (!request || !scratch)
        abort();
    request[0] = scratch[0] = 'x';
    return unused;
}

static void leak(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, work, NULL) != 0)
        abort();
    pthread_join(thread, NULL);
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
