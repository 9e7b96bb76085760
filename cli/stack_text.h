/* A stack for a person: the user's own frames, one a line. */
#ifndef CAULK_STACK_TEXT_H
#define CAULK_STACK_TEXT_H

#include "libcaulk/call_stack.h"

/*
 * Prints lines `FUNCTION  FILE:LINE`, innermost first, to standard output, each after `indent`
 * spaces. Outer frames that `above` (the stack printed before, or NULL) ends with too are one line,
 * "… 2 frames as above"; equal frames in a row are one with a count, and of a very deep stack the
 * middle is left out.
 */
void stack_text_print(const struct call_stack *stack, const struct call_stack *above, int indent);

/* Is this one of the user's frames printed? But for the innermost, those are not that stand between
 * others without saying anything: what loads a module for Python, and the C++ library's, by which
 * one function of the user's comes to call the next. */
bool stack_text_shows(const struct call_stack *stack, size_t frame);

#endif
