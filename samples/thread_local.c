/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0
 * valgrind: same
 *
 * Thread-local storage: three blocks that only a running thread's variable, its pthread_setspecific
 * value and its stack point to. Nothing is lost while the thread runs.
 */
#include <pthread.h>
#include <stdlib.h>

#include "samples/sample.h"

static __thread char *scratch;
static pthread_key_t session_key;
static pthread_barrier_t started, finished;

static void *work(void *unused)
{
    char *volatile request = calloc(1, 48);

    scratch = calloc(1, 40);
    pthread_setspecific(session_key, calloc(1, 72));
    pthread_barrier_wait(&started);
    pthread_barrier_wait(&finished);
    free(request);
    free(scratch);
    return unused;
}

static pthread_t thread;

static void build(void)
{
    pthread_key_create(&session_key, free);
    pthread_barrier_init(&started, NULL, 2);
    pthread_barrier_init(&finished, NULL, 2);
    if (pthread_create(&thread, NULL, work, NULL) != 0)
        abort();
    pthread_barrier_wait(&started);
}

int main(void)
{
    int status;

    sample_build(build);
    status = caulk_dump(NULL);
    pthread_barrier_wait(&finished);
    pthread_join(thread, NULL);
    return status != 0;
}
