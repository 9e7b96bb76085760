/*
 * On a processor with 5-level paging: a mapping and a thread's stack that lie above 47 bits hold a
 * hundred blocks each; seven more are lost. Elsewhere both lie where they may.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>

#include "tests/e2e/programs/gate.h"

#define HIGH ((uintptr_t)1 << 52)
#define COUNT 100
#define AREA_BYTES (1 << 20)

static _Atomic int holding;

static void *map_high(uintptr_t offset)
{
    void *area = mmap((void *)(HIGH + offset), AREA_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (area == MAP_FAILED)
        _exit(97);
    return area;
}

static void *hold_block(size_t bytes)
{
    void *block = malloc(bytes);

    if (!block)
        _exit(98);
    return block;
}

static void *hold_on_stack(void *unused)
{
    void *volatile blocks[COUNT];

    (void)unused;
    for (int i = 0; i < COUNT; i++)
        blocks[i] = hold_block(50);
    holding = 1;
    for (;;)
        pause();
    return blocks[0];
}

static void start_thread_high(void)
{
    pthread_attr_t attributes;
    pthread_t thread;

    if (pthread_attr_init(&attributes) ||
        pthread_attr_setstack(&attributes, map_high(AREA_BYTES * 8), AREA_BYTES) ||
        pthread_create(&thread, &attributes, hold_on_stack, NULL))
        _exit(96);
    while (!holding)
        sched_yield();
}

int main(void)
{
    void **words = map_high(0);

    for (int i = 0; i < COUNT; i++)
        words[AREA_BYTES / sizeof(void *) - 1 - i] = hold_block(60);
    words = NULL;
    start_thread_high();
    for (int i = 0; i < 7; i++)
        lose_block(123);
    gate();
    gate();
    return 0;
}
