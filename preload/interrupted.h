/*
 * What a signal handler of ours found: where the thread was, and making its system call go on.
 * In signal handlers only.
 */
#ifndef CAULK_INTERRUPTED_H
#define CAULK_INTERRUPTED_H

#include "preload/park.h"

/* In the constructor: finds libc's code. */
void interrupted_start(void);

/* Where the code that context describes was stopped. Borrowed from the context. */
void interrupted_place(void *context, struct stopped_at *ret_place);

uintptr_t interrupted_sp(void *context);

/*
 * Some calls return EINTR after any handler, even one installed with SA_RESTART (signal(7) lists
 * them). Steps the thread back to its `syscall` instruction, so that the call goes on as if nothing
 * had happened; a relative timeout of a call that timed_wait.h does not know starts afresh. Not
 * where a signal of the program's own is waiting: then EINTR is what it must see.
 */
void interrupted_restart(void *context);

#endif
