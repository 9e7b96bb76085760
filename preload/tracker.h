/*
 * The tracker's state: one struct, owned by tracker.c. It is set up by the constructor, or at the
 * first call of any hook where that comes first, and is never torn down.
 *
 * Any failure of ours ends in tracker_fail(): one log line, tracking off for good, and the program
 * runs on, with the hooks passing everything through.
 */
#ifndef CAULK_TRACKER_H
#define CAULK_TRACKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "preload/block_table.h"
#include "preload/options.h"
#include "preload/stack_table.h"

enum tracker_state { TRACKER_UNSET, TRACKER_ON, TRACKER_OFF };

/* In pages that a forked child finds wiped (MADV_WIPEONFORK) and a vfork child does not. */
struct tracker_process {
    _Atomic pid_t pid;             /* 0: wiped, this is a forked child that has not noticed yet */
    _Atomic uint32_t sequence;     /* dumps made */
    _Atomic uint32_t dumped_until; /* the tick after the last one's */
    _Atomic uint32_t lock;         /* of the annotations */
    _Atomic uint32_t python_lock;  /* of Python's code objects */
    _Atomic uint32_t dumping;      /* a snapshot or its child is under way */
};

struct tracker {
    _Atomic int state; /* enum tracker_state */
    struct options options;
    struct block_table blocks;
    struct stack_table stacks;
    struct tracker_process *process;
    uint64_t start_monotonic_ns;
    uint64_t start_real_ns;
    _Atomic bool plain_sites;     /* a block's site is its full C stack, and nothing else */
    _Atomic size_t watched_bytes; /* see tracker_watch_frees() */
    _Atomic uint32_t tick_floor;  /* no tick is below: every dump advances it */
    uint32_t fork_tick;
    _Atomic uint64_t dropped_blocks; /* allocations that could not be recorded */
    char program[4096];              /* path of the executable at start, links resolved */
    char started_as[4096];           /* as exec was given it: a link's or a script's name */
};

extern struct tracker tracker;

#define TICK_NS 250000000ull

static inline bool tracker_on(void)
{
    return atomic_load_explicit(&tracker.state, memory_order_relaxed) == TRACKER_ON;
}

/* Idempotent. The constructor knows the environment (NULL: libc's, if it is there yet). Logs;
 * preserves errno. */
void tracker_start(char *const *environment);

/* For hooks that find the tracker not on: starts it where nobody has yet. True when it is on. */
bool tracker_try_start(void);
/* Blocks of so many bytes and more are told to annotations and Python's code objects when they go
 * (preload/recorder.c), not only larger ones as until now. */
void tracker_watch_frees(size_t bytes);

void tracker_fail(const char *what);

/* Now, in ticks since the start; at least 1 (0 is "not known"). */
uint32_t tracker_tick(void);

/* The process's own record, renewed first where this is a forked child that has not noticed yet.
 * NULL in a vfork child, which shares its parent's memory and must leave it alone. */
struct tracker_process *tracker_process(void);

/* Is this a vfork child? Its signals' actions and its mask are its own, the tracker's words about
 * them its parent's. */
bool tracker_is_borrowed(void);

#endif
