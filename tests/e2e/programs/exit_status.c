/*
 * Loses a block and ends with the status that its argument says, or by SIGKILL for "kill".
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tests/e2e/programs/gate.h"

int main(int count, char **words)
{
    if (count != 2)
        return 99;
    lose_block(24);
    if (strcmp(words[1], "kill") == 0)
        raise(SIGKILL);
    return atoi(words[1]);
}
