/*
 * A signal handler that allocates, frees and now and then leaves by siglongjmp, while the thread
 * that it interrupts computes, and another thread allocates; the test asks for dumps meanwhile. The
 * handler keeps 100 blocks in a table and loses 5.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "tests/e2e/programs/gate.h"

#define KEPT 100
#define LOST 5

static void *kept[KEPT];
static volatile sig_atomic_t handled;
static _Atomic int stop;
static sigjmp_buf escape;

static void handle(int signal)
{
    int number = handled++;

    (void)signal;
    free(malloc(500));
    if (number < KEPT)
        kept[number] = malloc(60);
    else if (number < KEPT + LOST)
        lose_block(61);
    if (number % 7 == 0)
        siglongjmp(escape, 1);
}

static void *allocate_on(void *unused)
{
    while (!stop)
        free(malloc(1000));
    return unused;
}

static void compute_until_handled(int times)
{
    volatile unsigned sum = 0;

    sigsetjmp(escape, 1);
    while (handled < times)
        sum += sum * 3 + 1;
}

int main(void)
{
    const struct itimerval often = {.it_interval = {0, 500}, .it_value = {0, 500}};
    const struct itimerval never = {0};
    struct sigaction action = {.sa_handler = handle};
    sigset_t set;
    pthread_t thread;

    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (pthread_create(&thread, NULL, allocate_on, NULL) != 0)
        return 1;
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    compute_until_handled(KEPT + LOST + 500);
    setitimer(ITIMER_REAL, &never, NULL);
    gate();
    setitimer(ITIMER_REAL, &often, NULL);
    compute_until_handled(handled + 500);
    setitimer(ITIMER_REAL, &never, NULL);
    gate();
    stop = 1;
    pthread_join(thread, NULL);
    return 0;
}
