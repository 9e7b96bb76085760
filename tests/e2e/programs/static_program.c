/*
 * Linked statically: no preloaded library ever sees it. With an argument it stands at a gate.
 */
#include "tests/e2e/programs/gate.h"

int main(int argc, char **argv)
{
    (void)argv;
    free(malloc(10));
    if (argc > 1)
        gate();
    return 0;
}
