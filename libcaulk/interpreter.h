/* Which C frames are CPython's own. */
#ifndef CAULK_INTERPRETER_H
#define CAULK_INTERPRETER_H

#include "libcaulk/call_stack.h"
#include "libcaulk/dump.h"

/* Of a frame in the module that has the interpreter's loop: all where that is libpython or a python
 * executable; in another program, which has CPython linked in, functions that are called as its
 * are. */
bool is_interpreter(const struct dump *dump, const struct frame *frame);

#endif
