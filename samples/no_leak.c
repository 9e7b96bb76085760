/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 1 block 100 bytes
 * valgrind: same
 *
 * No leak: what was allocated was freed, but for one block that a global points to.
 */
#include <stdlib.h>

#include "samples/sample.h"

static char *settings;

static void run(void)
{
    settings = malloc(100);
    for (size_t bytes = 1; bytes < 100000; bytes *= 3) {
        char *scratch = malloc(bytes);

        if (!scratch || !settings)
            abort();
        memset(scratch, 'x', bytes);
        settings[0] = scratch[bytes - 1];
        free(scratch);
    }
}

int main(void)
{
    sample_build(run);
    return caulk_dump(NULL) != 0;
}
