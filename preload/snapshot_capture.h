/*
 * The pause of a dump: from the signal to the release of all threads, with the copy of the process
 * made in between. Measured cost: see "What it costs" in the README.
 */
#ifndef CAULK_SNAPSHOT_CAPTURE_H
#define CAULK_SNAPSHOT_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "preload/dump_child.h"
#include "preload/park.h"

struct snapshot_capture {
    const char *template;           /* where the dump goes */
    bool only_lost;                 /* blocks that are reachable are summed */
    const struct stopped_at *place; /* where the caller was stopped */
    uint64_t begin_ns;              /* on the monotonic clock */
    struct dump_outcome *outcome;   /* shared with the child */
    /* What came of it: the child, or error (an errno, else 0) and in what. */
    pid_t child;
    int error;
    const char *what;
};

/* For own_stack_call(): argument is a struct snapshot_capture. Signals are blocked. Returns in the
 * program alone. */
void snapshot_capture(void *argument);

#endif
