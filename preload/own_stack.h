/*
 * Stacks of the tracker's own for what is done in a signal handler. Async-signal-safe.
 */
#ifndef CAULK_OWN_STACK_H
#define CAULK_OWN_STACK_H

#include <stdbool.h>
#include <stdint.h>

bool own_stack_init(void);

/* Calls function(argument) on the one for snapshots, as the program's thread may have only 16 KB in
 * all. One at a time: the caller holds whatever serialises snapshots. */
void own_stack_call(void (*function)(void *), void *argument);

/*
 * Calls function(argument), which waits while another thread copies the process, where one of the
 * stacks below is free on that, and where none is on the thread's own. A thread that goes on after
 * a fork pays a copy for each page that it writes to, beside 64 of them the longest part of a pause
 * once: these pages are not copied, and are zeroed in the child. function has PARKED_STACK_BYTES.
 */
void parked_stack_call(void (*function)(void *), void *argument);

/* Before so many threads are stopped: as far as there is memory, there will be one for each. One
 * caller at a time. */
void parked_stacks_reserve(uint32_t count);

enum { PARKED_STACK_BYTES = 8192 };

#endif
