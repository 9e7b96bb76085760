/* Locks what it maps from now on, as a daemon that must answer in time does, and loses a block. */
#include <sys/mman.h>

#include "tests/e2e/programs/gate.h"

int main(void)
{
    if (mlockall(MCL_FUTURE | MCL_ONFAULT) != 0)
        return 1;
    lose_block(70);
    gate();
    return 0;
}
