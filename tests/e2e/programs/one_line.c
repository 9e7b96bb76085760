/* Two calls on one line lose blocks from one place, as a person sees it, and one on another line.
 */
#include <stdlib.h>

#include "samples/sample.h"

static void *volatile first, *volatile second;

static void lose(void)
{
    first = malloc(24), second = malloc(40);
    first = malloc(16);
}

int main(void)
{
    for (int i = 0; i < 10; i++)
        lose();
    first = second = NULL;
    return 0;
}
