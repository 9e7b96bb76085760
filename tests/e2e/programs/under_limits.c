/*
 * under_limits [as MB | data MB | lock BLOCKS | lock-first BLOCKS]: sets itself a limit of so much
 * more than it has, or locks all its memory after or before it allocates. A million blocks must be
 * had, or as many as said, and 3 more are lost.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "tests/e2e/programs/gate.h"

#define BLOCKS 1000000

static struct block {
    struct block *next;
    char rest[40];
} * first;

/* Kilobytes, of a line of /proc/self/status. */
static size_t status_kilobytes(const char *name)
{
    char line[256];
    size_t kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof(line), status))
        if (strncmp(line, name, strlen(name)) == 0)
            kilobytes = strtoul(line + strlen(name) + 1, NULL, 10);
    if (status)
        fclose(status);
    return kilobytes;
}

static void limit(int resource, const char *name, const char *megabytes)
{
    size_t bytes = (status_kilobytes(name) << 10) + (strtoul(megabytes, NULL, 10) << 20);
    struct rlimit limit = {bytes, bytes};
    if (setrlimit(resource, &limit) != 0)
        _exit(96);
}

static void allocate(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct block *block = malloc(sizeof(*block));
        if (!block)
            _exit(98);
        block->next = first;
        first = block;
    }
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    if (strcmp(mode, "as") == 0)
        limit(RLIMIT_AS, "VmSize", argv[2]);
    if (strcmp(mode, "data") == 0)
        limit(RLIMIT_DATA, "VmData", argv[2]);
    if (strcmp(mode, "lock-first") == 0 && mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
        return 95;
    allocate(strncmp(mode, "lock", 4) == 0 ? (unsigned)atoi(argv[2]) : BLOCKS);
    if (strcmp(mode, "lock") == 0 && mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
        return 95;
    for (unsigned i = 0; i < 3; i++)
        lose_block(70);
    gate();
    return 0;
}
