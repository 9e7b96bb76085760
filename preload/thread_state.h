/*
 * What the tracker keeps for a thread outside of TLS: its cell of counters, its memo of stacks.
 * Taken at the thread's first allocation, given back in the last round of its pthread key
 * destructors; what it allocates and frees after that goes without.
 */
#ifndef CAULK_THREAD_STATE_H
#define CAULK_THREAD_STATE_H

/* In the constructor: makes the key. Threads that ask before it are not given back. */
void thread_state_init(void);

/* For the calling thread, when it has none yet and isn't dying. Must be called while busy. */
void thread_state_acquire(void);

#endif
