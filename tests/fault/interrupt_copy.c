/*
 * Preloaded into the command line: it is ended by SIGTERM when it begins to copy a file to where
 * the user wants it (cli/copy.c).
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count,
                        unsigned flags)
{
    (void)from, (void)from_offset, (void)to, (void)to_offset, (void)count, (void)flags;
    raise(SIGTERM);
    abort();
}
