/*
 * verdict: definite 1 block 24 bytes; indirect 0; possible 0; cycles 0; reachable 0
 * valgrind: same
 *
 * Lost block: the only pointer to it is overwritten.
 */
#include <stdlib.h>

#include "samples/sample.h"

static char *greeting;

static void greet(const char *words)
{
    greeting = malloc(24);
    if (greeting)
        strcpy(greeting, words);
}

static void leak(void)
{
    greet("hello");
    greeting = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
