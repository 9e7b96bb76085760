/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0
 * valgrind: definite 0; indirect 0; possible 1 block
 *
 * Thread result: a thread has returned a block and nobody has joined it yet. pthread_join would
 * give the block to its caller, so until then it is reachable. What Valgrind calls possible is the
 * thread's vector of thread-local storage, the C library's own.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "samples/sample.h"

static _Atomic pid_t worker;

static void *work(void *unused)
{
    (void)unused;
    worker = gettid();
    return calloc(1, 56);
}

static void build(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, work, NULL) != 0)
        abort();
    while (worker == 0 || tgkill(getpid(), worker, 0) == 0 || errno != ESRCH)
        sched_yield();
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
