/*
 * 64 threads that allocate, resize and free, while the test asks for dumps. Each has lost 10 blocks
 * before; each checks what it wrote into its blocks. They rest now and then: beside 64 threads
 * that never do, the dump's process gets a 33rd of a processor where there are two.
 */
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "tests/e2e/programs/gate.h"

#define THREADS 64
#define LOST_PER_THREAD 10
#define SLOTS 32
#define STEPS_TO_REST 100

static _Atomic int stop;
static pthread_barrier_t started;

static void check(const unsigned char *block, size_t bytes, unsigned char mark)
{
    for (size_t i = 0; i < bytes; i++) {
        if (block[i] != mark)
            _exit(97);
    }
}

/* One slot, one step: the block is checked, freed or resized, and another one takes its place. */
static void churn(unsigned char **slot, size_t *bytes, uint64_t random)
{
    size_t wanted = 1 + random % 3000;
    unsigned char mark = (unsigned char)(random >> 16);

    if (*slot)
        check(*slot, *bytes, (*slot)[0]);
    if (random & (1 << 20)) {
        *slot = realloc(*slot, wanted);
    } else {
        free(*slot);
        *slot = malloc(wanted);
    }
    if (!*slot)
        _exit(98);
    memset(*slot, mark, wanted);
    *bytes = wanted;
}

static void *work(void *seed)
{
    unsigned char *slots[SLOTS] = {0};
    size_t bytes[SLOTS] = {0};
    uint64_t random = (uintptr_t)seed;

    for (int i = 0; i < LOST_PER_THREAD; i++)
        lose_block(77);
    wipe_stack();
    pthread_barrier_wait(&started);
    for (unsigned step = 0; !stop; step++) {
        if (step % STEPS_TO_REST == 0)
            poll(NULL, 0, 50);
        random = random * 6364136223846793005u + 1442695040888963407u;
        churn(&slots[random >> 59], &bytes[random >> 59], random >> 20);
    }
    for (int i = 0; i < SLOTS; i++)
        free(slots[i]);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    pthread_barrier_init(&started, NULL, THREADS + 1);
    for (uintptr_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, work, (void *)(i + 1)) != 0)
            return 1;
    }
    pthread_barrier_wait(&started);
    gate();
    stop = 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
