/*
 * The way out of the tracker. An exported allocation function ends with
 *
 *     return pending_check(p);
 *
 * where p is what it returns to the program. When a snapshot waits for this thread, the thread
 * parks (or dumps) there, with p among its registers: the block is published and counts as live,
 * and the stack is the caller's, because the call is a tail call. errno is preserved. Cost: one
 * load and a branch.
 */
#ifndef CAULK_PRELOAD_PENDING_H
#define CAULK_PRELOAD_PENDING_H

#include "preload/thread.h"

/* Parks or dumps, then returns p. Written in assembly: saves the caller's registers where a
 * snapshot can read them, and runs on a stack of the tracker's. */
void *pending_return(void *p);

static inline void *pending_check(void *p)
{
    if (__builtin_expect(thread_self.pending != 0, 0) && thread_self.busy_sp == 0)
        return pending_return(p);
    return p;
}

#endif
