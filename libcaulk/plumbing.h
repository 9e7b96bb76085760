/* Which frames are not the user's code, but what it is built on. */
#ifndef CAULK_PLUMBING_H
#define CAULK_PLUMBING_H

#include "libcaulk/call_stack.h"
#include "libcaulk/dump.h"

bool plumbing_is_operator_new(const struct frame *frame);

/* The C++ library's, wherever it was compiled into. */
bool plumbing_is_of_cxx(const struct frame *frame);

/* The C or C++ library's, GLib's, the tracker's, operator new, or a program's start; module: the
 * one that it is in, or NULL. */
bool plumbing_is(const struct frame *frame, const struct module *module);

/* Leaves out frames of Python's interpreter: those further out than the user's innermost frame say
 * nothing that Python's don't. */
void plumbing_drop_interpreter(struct call_stack *stack);

/* Fills user_begin and user_end: what is left without plumbing at both ends, or all. */
void plumbing_find_user_part(struct call_stack *stack);

#endif
