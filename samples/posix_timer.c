/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 1 block 32 bytes
 * valgrind: definite 1 block 32 bytes; indirect 0; possible 0
 *
 * POSIX timer: the only pointer to a job is the value that the timer's signal will carry. Valgrind
 * does not look into the kernel and calls it lost.
 */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "samples/sample.h"

struct job {
    long id;
    char name[24];
};

static timer_t timer;

static void build(void)
{
    struct job *job = calloc(1, sizeof(*job));
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

    if (!job)
        abort();
    event.sigev_value.sival_ptr = job;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
        abort();
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
