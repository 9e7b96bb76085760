/*
 * A thread that is to be cancelled at its next cancellation point dumps before it gets there. The
 * dump's child is a copy of that thread, and no place for its cleanup.
 */
#include <pthread.h>
#include <signal.h>

#include "tests/e2e/programs/gate.h"

static void *dump_and_end(void *unused)
{
    pthread_cancel(pthread_self());
    pthread_kill(pthread_self(), SIGUSR1);
    pthread_testcancel();
    return unused;
}

int main(void)
{
    pthread_t thread;
    void *result;

    if (pthread_create(&thread, NULL, dump_and_end, NULL) != 0 || pthread_join(thread, &result))
        return 1;
    gate();
    return result == PTHREAD_CANCELED ? 0 : 2;
}
