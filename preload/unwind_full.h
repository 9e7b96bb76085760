/*
 * The full interpreter: walks a stack with all registers and every kind of unwind information, for
 * the few stacks with a frame that no 32-bit rule describes (hand-written assembly, procedure
 * linkage stubs that a signal interrupted). It starts at its own frame, so that it knows the values
 * of all registers that callees preserve, and walks through the tracker's frames to the start.
 *
 * Some microseconds a stack. Runs anywhere; no lock, no allocation.
 *
 * libunwind could do this, but not in a traced program: it takes the loader's lock, changes the
 * signal mask 44 times for a stack, and checks memory through a pipe, whose descriptors a daemon
 * that closes all of them soon has for something else. Here it is the oracle of the tests.
 */
#ifndef CAULK_UNWIND_FULL_H
#define CAULK_UNWIND_FULL_H

#include <stdint.h>

#include "preload/capture.h"
#include "preload/stack_reader.h"

/* As capture_stack(). start must be of a function that is still running and called this one,
 * however indirectly. */
unsigned unwind_full(const struct capture_start *start, unsigned limit, struct stack_reader *reader,
                     uintptr_t *ret_pcs);

#endif
