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
 * had happened. Returns the call's number, or -1 where there is none to go on. Whoever asks for it
 * calls interrupted_resume() last in the handler.
 */
int interrupted_restart(void *context);

/*
 * A timeout goes on for what is left of it; a relative one of a call that timed_wait.h does not
 * know starts afresh. Where a signal of the program's own is waiting, which `own` are not, the call
 * returns EINTR after all, as the program must see; so does one that the kernel began anew after
 * our handler and would not have after the program's. Otherwise the context is not written to.
 */
void interrupted_resume(void *context, int number, uint64_t own);

#endif
