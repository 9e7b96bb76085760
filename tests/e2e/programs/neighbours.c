/*
 * Small mappings of the program's own, made while the allocator maps, too, and pages that it gets
 * by sbrk() beside the allocator's. Each holds the only pointer to a block; three blocks are lost,
 * to which only the allocator's free memory still points.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/e2e/programs/gate.h"

#define MAPPINGS 16
#define FILLERS 200

static uintptr_t hidden[3];
void *fillers[MAPPINGS][FILLERS], *more_fillers[MAPPINGS][FILLERS];

/* A freed block's contents are no witness. */
static void lose_below_freed(int number)
{
    void **freed[FILLERS];
    void *block = calloc(1, 48);
    hidden[number] = ~(uintptr_t)block;
    for (int i = 0; i < FILLERS; i++) {
        freed[i] = malloc(1000);
        for (int k = 4; k < 100; k++)
            freed[i][k] = block;
    }
    for (int i = 0; i < FILLERS; i++)
        free(freed[i]);
    memset(freed, 0, sizeof(freed));
}

static void map_and_keep(void)
{
    for (int i = 0; i < MAPPINGS; i++) {
        void **mapping =
            mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapping == MAP_FAILED)
            abort();
        mapping[5] = malloc(100);
        for (int k = 0; k < FILLERS; k++)
            fillers[i][k] = malloc(10000);
    }
}

static void extend_and_keep(void)
{
    for (int i = 0; i < MAPPINGS; i++) {
        void **page = sbrk(4096);
        if (page == (void *)-1)
            abort();
        page[5] = malloc(100);
        for (int k = 0; k < FILLERS; k++)
            more_fillers[i][k] = malloc(10000);
    }
}

int main(void)
{
    map_and_keep();
    extend_and_keep();
    for (int i = 0; i < 3; i++)
        lose_below_freed(i);
    gate();
    return hidden[0] == 0;
}
