/*
 * Every allocation of this process, those of the libraries too, succeeds or ends it. Where libdw or
 * cgraph get no memory, some of their functions crash and others answer without a word as if there
 * were nothing to find: the verdict would lack names, or a line.
 *
 * Linked into the command line alone, outside the archive that tests link, and not into sanitized
 * builds, whose allocator ends the process by itself.
 */
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"

/* glibc's allocator by its other names. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);

static void *need(void *block)
{
    static const char line[] = "caulk: out of memory\n";
    if (block)
        return block;
    if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0) {
        /* nobody is listening */
    }
    _exit(EXIT_FAILED);
}

void *malloc(size_t bytes)
{
    return need(__libc_malloc(bytes));
}

void *calloc(size_t count, size_t bytes)
{
    return need(__libc_calloc(count, bytes));
}

void *realloc(void *block, size_t bytes)
{
    void *result = __libc_realloc(block, bytes);
    return block && bytes == 0 ? result : need(result); /* which frees the block */
}
