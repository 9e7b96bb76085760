/*
 * A module that keeps a block for each thread in thread-local storage and never gives one back.
 */
#include <stdlib.h>

void plugin_scratch(void);

static __thread char *scratch;

void plugin_scratch(void)
{
    scratch = malloc(40);
}
