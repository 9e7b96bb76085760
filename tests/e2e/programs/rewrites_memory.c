/*
 * A large heap whose every page is written to again and again: while a dump is written, each is
 * copied once. Half a megabyte at a time, a millisecond apart: who writes the dump has its turn
 * even where others want the processors.
 */
#include <time.h>

#include "tests/e2e/programs/gate.h"

#define BLOCKS 1500000
#define BLOCK_BYTES 64
#define PAGE_BLOCKS (4096 / (BLOCK_BYTES + 16))
#define PAGES_AT_A_TIME 128

static char *blocks[BLOCKS];
static const struct timespec pace = {.tv_nsec = 1000000};

int main(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(BLOCK_BYTES);
        if (!blocks[i])
            return 1;
        blocks[i][0] = 'x';
    }
    gate();
    for (unsigned page = 0;; page++) {
        blocks[(unsigned long)page * PAGE_BLOCKS % BLOCKS][0]++;
        if (page % PAGES_AT_A_TIME == 0)
            nanosleep(&pace, NULL);
    }
}
