/*
 * Reading memory that may not be readable: guard pages inside blocks, files cut short under their
 * mapping, memory behind protection keys. For the dump's child, which is alone in its process: it
 * installs handlers for SIGSEGV and SIGBUS that jump back to the innermost guard.
 *
 *     if (!fault_guard_run(scan_it, &job)) … a fault at fault_guard_address()
 */
#ifndef CAULK_FAULT_GUARD_H
#define CAULK_FAULT_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes SIGSEGV and SIGBUS over and unblocks them; returns 0 or an errno. */
int fault_guard_init(void);

/* Calls run(argument); false when a fault ended it. Guards may nest. Not preserved across a fault:
 * what run() had in registers, so results belong into memory behind argument. */
bool fault_guard_run(void (*run)(void *argument), void *argument);

/* Where the last fault was. */
uintptr_t fault_guard_address(void);

/* memcpy that may fail half-way. */
bool fault_guard_copy(void *destination, uintptr_t source, size_t bytes);

#endif
