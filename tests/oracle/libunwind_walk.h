/* The one place in the tree that knows libunwind: the stack as its stepwise unwinder sees it. */
#ifndef CAULK_LIBUNWIND_WALK_H
#define CAULK_LIBUNWIND_WALK_H

#include <stdint.h>

#include "preload/capture.h"

/* As capture_stack(). start must be of a function that called this one. May allocate and lock. */
unsigned libunwind_walk(const struct capture_start *start, unsigned limit, uintptr_t *ret_pcs);

/* After dlclose: it would go on using the tables of a module that is gone. */
void libunwind_forget(void);

#endif
