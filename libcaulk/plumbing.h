/* Which frames are not the user's code, but what it is built on. */
#ifndef CAULK_PLUMBING_H
#define CAULK_PLUMBING_H

#include "libcaulk/symbolizer.h"

bool plumbing_is_operator_new(const struct frame *frame);

/* The C or C++ library's, the tracker's, operator new, or a program's start; module: the one that
 * it is in, or NULL. */
bool plumbing_is(const struct frame *frame, const struct module *module);

#endif
