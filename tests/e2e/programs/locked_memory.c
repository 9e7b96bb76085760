/*
 * Locks what it maps from now on, as a daemon that must answer in time does, and loses a block.
 * Then locks what there is and no more: it ends with 0 where the kernel took it so.
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>

#include "tests/e2e/programs/gate.h"

#define MAPPED_BYTES (1u << 20)

static unsigned long locked_kilobytes(void)
{
    unsigned long kilobytes = 0;
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof(line), status))
        if (sscanf(line, "VmLck: %lu", &kilobytes) == 1)
            break;
    if (status)
        fclose(status);
    return kilobytes;
}

static bool new_memory_is_locked(void)
{
    unsigned long before = locked_kilobytes();
    void *mapped =
        mmap(NULL, MAPPED_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mapped != MAP_FAILED && locked_kilobytes() >= before + MAPPED_BYTES / 1024;
}

int main(void)
{
    if (mlockall(MCL_FUTURE | MCL_ONFAULT) != 0)
        return 1;
    lose_block(70);
    gate();
    if (!new_memory_is_locked())
        return 2;
    if (mlockall(MCL_CURRENT | MCL_ONFAULT) != 0)
        return 3;
    return new_memory_is_locked() ? 4 : 0;
}
