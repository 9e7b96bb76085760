/* A Python stack that was not seen before: what its frames are called, and its node. */
#ifndef CAULK_PYTHON_UNSEEN_H
#define CAULK_PYTHON_UNSEEN_H

#include "preload/python_runtime.h"
#include "preload/stack_table.h"

enum python_unseen_result {
    PYTHON_UNSEEN_NAMED,
    PYTHON_UNSEEN_UNKNOWN, /* this time */
    PYTHON_UNSEEN_STRANGE, /* a frame's code is not what it should be: believe no more */
};

/* The node of the innermost depth frames of the list that begins with frame and of which at most so
 * many links count. The interpreter's lock must be held, and no signal handler may be running. */
enum python_unseen_result python_unseen_node(const struct python_runtime *runtime,
                                             struct stack_table *table, const char *frame,
                                             unsigned links, unsigned depth, uint32_t *ret_node);

#endif
