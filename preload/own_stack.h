/*
 * A stack of the tracker's own for what is done in a signal handler: the program's thread may have
 * only 16 KB in all. One at a time: the caller holds whatever serialises snapshots.
 */
#ifndef CAULK_OWN_STACK_H
#define CAULK_OWN_STACK_H

#include <stdbool.h>

bool own_stack_init(void);

/* Calls function(argument) on that stack. */
void own_stack_call(void (*function)(void *), void *argument);

#endif
