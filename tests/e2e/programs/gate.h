/*
 * How a test program lets the test in: it says "ready" on standard output and waits for a line on
 * standard input. No stdio: its buffers are blocks too.
 */
#ifndef PROGRAMS_GATE_H
#define PROGRAMS_GATE_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Dead frames below may hold pointers to what was lost; the next ones would take them over. */
static inline void wipe_stack(void)
{
    char area[16384];

    memset(area, 0, sizeof(area));
    __asm__ volatile("" ::"r"(area) : "memory");
}

static inline void wait_at_gate(void)
{
    char byte = 0;

    if (write(STDOUT_FILENO, "ready\n", 6) != 6)
        _exit(99);
    while (byte != '\n')
        if (read(STDIN_FILENO, &byte, 1) != 1)
            _exit(99);
}

static inline void gate(void)
{
    wipe_stack();
    wait_at_gate();
}

/* A block that nothing points to, named after what the tests count. */
static inline void lose_block(size_t bytes)
{
    char *volatile block = (char *)malloc(bytes);

    if (!block)
        _exit(98);
    block[0] = 'x';
    block = NULL;
}

#endif
