/*
 * A module that keeps a block in a variable of its own and has no way to give it back.
 */
#include <stdlib.h>
#include <string.h>

void plugin_start(void);

static char *state;

void plugin_start(void)
{
    state = malloc(40);
    if (state)
        strcpy(state, "started");
}
