/*
 * Threads on stacks that the program gives them: in a global and in a block, where each has left a
 * pointer below its stack pointer and keeps another above it; and on a mapping that the program,
 * after it has joined the thread, uses for something else.
 */
#include <pthread.h>
#include <stdalign.h>
#include <sys/mman.h>

#include "tests/e2e/programs/gate.h"

#define STACK_BYTES (256 << 10)
#define FRAME_WORDS 8192 /* the signal's frame does not reach so far down */

static alignas(4096) char in_global[STACK_BYTES];
static char *in_block, *in_mapping;
static pthread_barrier_t arrived;

static void leave_below(void)
{
    void *volatile frame[FRAME_WORDS];
    frame[0] = malloc(77);
    if (!frame[0])
        _exit(98);
}

static void *serve(void *unused)
{
    leave_below();
    void *volatile held = malloc(55);
    pthread_barrier_wait(&arrived);
    for (;;)
        pause();
    free(held);
    return unused;
}

static void *end(void *unused)
{
    return unused;
}

static pthread_t start_on(void *stack, void *(*run)(void *))
{
    pthread_attr_t attributes;
    pthread_t thread;

    pthread_attr_init(&attributes);
    if (pthread_attr_setstack(&attributes, stack, STACK_BYTES) != 0 ||
        pthread_create(&thread, &attributes, run, NULL) != 0)
        _exit(1);
    pthread_attr_destroy(&attributes);
    return thread;
}

int main(void)
{
    pthread_barrier_init(&arrived, NULL, 3);
    in_block = aligned_alloc(4096, STACK_BYTES);
    in_mapping =
        mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!in_block || in_mapping == MAP_FAILED)
        return 1;
    start_on(in_global, serve);
    start_on(in_block, serve);
    pthread_join(start_on(in_mapping, end), NULL);
    *(void **)in_mapping = malloc(33);
    pthread_barrier_wait(&arrived);
    gate();
    _exit(0);
}
