/*
 * A stack of a dump as one list, innermost first, where a dump has two: C frames and Python's. What
 * ran Python functions is the interpreter's loop, one C frame for each run of them; so they come
 * right after it.
 */
#ifndef CAULK_STACK_FRAMES_H
#define CAULK_STACK_FRAMES_H

#include "libcaulk/dump.h"

/* A return address, or a frame's address that stack_is_python(). */
struct stack_frames {
    uint64_t frame[2 * STACK_FRAMES_MAX];
    unsigned count;
    bool has_python;
    bool truncated; /* outer frames were not recorded */
};

/* Of a stack node; 0 gives an empty list. */
void stack_frames_list(const struct dump *dump, uint32_t node, struct stack_frames *ret_frames);

#endif
