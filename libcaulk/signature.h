/* What a leak is known by across builds and machines. */
#ifndef CAULK_SIGNATURE_H
#define CAULK_SIGNATURE_H

#include "libcaulk/call_stack.h"

/* Of the user's frames: their functions' names, or where one is not known its module's file name.
 * Neither addresses nor lines count, nor whether a call was inlined; so it changes where the way of
 * calls does, and else not. FNV-1a, 64 bits. */
uint64_t signature_of(const struct call_stack *stack);

#endif
