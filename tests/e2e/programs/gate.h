/*
 * How a test program lets the test in: it says "ready" on standard output and waits for a line on
 * standard input. No stdio: its buffers are blocks too.
 */
#ifndef PROGRAMS_GATE_H
#define PROGRAMS_GATE_H

#include <stdlib.h>
#include <unistd.h>

static inline void gate(void)
{
    char line[64];

    if (write(STDOUT_FILENO, "ready\n", 6) != 6 || read(STDIN_FILENO, line, sizeof(line)) <= 0)
        _exit(99);
}

/* A block that nothing points to, named after what the tests count. */
static inline void lose_block(size_t bytes)
{
    char *volatile block = malloc(bytes);

    if (!block)
        _exit(98);
    block[0] = 'x';
    block = NULL;
}

#endif
