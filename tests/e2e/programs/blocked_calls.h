/*
 * Calls that block, each of which a dump interrupts: it must go on as if nothing had happened. The
 * program says which call comes; the test asks for a dump while it sleeps in there, and then ends
 * the wait by a line on standard input or lets the call's own timeout end it. The program says what
 * the call returned, and whether it kept its time.
 */
#ifndef PROGRAMS_BLOCKED_CALLS_H
#define PROGRAMS_BLOCKED_CALLS_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS 400

static const struct timespec timeout = {.tv_nsec = TIMEOUT_MS * 1000000L};

struct blocked_call {
    const char *name;
    int (*call)(void);
    int least_ms; /* how long it must have lasted */
};

/* The last one: the program is there as long as the test needs it. */
static inline int call_read(void)
{
    char line[64];

    return read(STDIN_FILENO, line, sizeof(line));
}

static inline int64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static inline int run_calls(const struct blocked_call *calls, size_t count)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (size_t i = 0; i < count; i++) {
        int64_t start = now_ms();
        int status, error;

        printf("calling %s\n", calls[i].name);
        errno = 0;
        status = calls[i].call();
        error = errno;
        printf("%s returned %d, errno %d, %s\n", calls[i].name, status, status < 0 ? error : 0,
               now_ms() - start >= calls[i].least_ms ? "in time" : "too soon");
    }
    return 0;
}

#endif
