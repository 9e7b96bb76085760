/*
 * A large heap whose every page is written to again and again: while a dump is written, each is
 * copied once.
 */
#include "tests/e2e/programs/gate.h"

#define BLOCKS 1500000
#define BLOCK_BYTES 64
#define PAGE_BYTES 4096

static char *blocks[BLOCKS];

int main(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(BLOCK_BYTES);
        if (!blocks[i])
            return 1;
        blocks[i][0] = 'x';
    }
    gate();
    for (;;)
        for (int i = 0; i < BLOCKS; i += PAGE_BYTES / (BLOCK_BYTES + 16))
            blocks[i][0]++;
}
