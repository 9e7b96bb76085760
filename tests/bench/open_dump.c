/* open_dump FILE, for whoever works on it: how long dump_open() takes, in CPU and wall time, and
 * how much memory. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "libcaulk/dump.h"

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    struct dump *dump;
    struct error err;
    struct rusage usage;
    if (argc != 2) {
        fprintf(stderr, "usage: open_dump FILE\n");
        return 2;
    }
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (!dump_open(argv[1], &dump, &err)) {
        fprintf(stderr, "open_dump: %s: %s\n", err.file, err.message);
        return 2;
    }
    wall = seconds(CLOCK_MONOTONIC) - wall;
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    getrusage(RUSAGE_SELF, &usage);
    printf("%" PRIu32 " blocks, %" PRIu64 " edges, %" PRIu64 " MB: %.3f s, %.3f s of CPU, "
           "%ld MB at most\n",
           dump->block_count, dump->edges.count, dump->file_bytes / 1000000, wall, cpu,
           usage.ru_maxrss / 1000);
    dump_close(dump);
    return 0;
}
