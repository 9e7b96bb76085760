/*
 * Two threads that block every signal, as Apache's workers do, and a mask that must look to the
 * program as it set it.
 */
#include <pthread.h>
#include <signal.h>

#include "tests/e2e/programs/gate.h"

static void check_mask(void)
{
    sigset_t mask, pending;

    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    sigpending(&pending);
    if (sigismember(&mask, SIGUSR1) != 1 || sigismember(&mask, SIGTERM) != 1)
        _exit(97);
}

static void *wait_forever(void *unused)
{
    check_mask();
    for (;;)
        pause();
    return unused;
}

int main(void)
{
    sigset_t all;
    pthread_t thread;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    if (pthread_create(&thread, NULL, wait_forever, NULL) != 0)
        return 1;
    lose_block(88);
    gate();
    check_mask();
    return 0;
}
