/*
 * What the kernel says of one thread of this process: of those that do not stop when they are asked
 * (preload/park.h). Where /proc is out of reach, nothing. Async-signal-safe.
 */
#ifndef CAULK_TASK_STATE_H
#define CAULK_TASK_STATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "preload/snapshot.h"

/* The main thread, after its pthread_exit(), is there until the last of the others ends. */
bool task_has_ended(pid_t tid);

bool task_is_in_sigtimedwait(pid_t tid);

/* libc's thread for SIGEV_THREAD timers waits for the control signal's number with sigwaitinfo,
 * which takes ours away from the handler. */
bool task_takes_the_signal(pid_t tid);

/* A thread that did not stop: its name, and where its stack ends, or 0. */
void task_guess(pid_t tid, struct snapshot_thread *ret_thread);

#endif
