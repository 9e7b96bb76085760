/*
 * The Python functions on a thread's stack, beside its C frames. Since 3.11 calls from Python to
 * Python share one C frame, and before it C frames all look alike; so a program in Python is told
 * apart by these.
 *
 * Its frames are known while a thread holds the interpreter's lock: then nobody else changes or
 * frees them. They are whole wherever the interpreter calls malloc: a frame is linked after it was
 * filled in, and holds its code object until it is unlinked. In between a signal may come, so what
 * a handler allocates has C frames alone. So has what a thread allocates after it has released the
 * lock, and what an interpreter beside the main one does before 3.12.
 *
 * A stack with Python frames is a node below the C stack's own, whose address names the innermost
 * node of the Python stack (DUMP_PC_PYTHON_STACK in libcaulk/dump_format.h); Python stacks lie in
 * the same table, and share their outer frames too.
 */
#ifndef CAULK_PYTHON_FRAMES_H
#define CAULK_PYTHON_FRAMES_H

#include "preload/python_runtime.h"
#include "preload/stack_table.h"

/* Looks for CPython by a handle as dlsym takes it, until it was found once; from then on the
 * recorder asks for joined stacks. Where the loader may be called. */
void python_frames_look(void *handle);

/* From now on frames are those of this interpreter, which is borrowed for good. */
void python_frames_use(const struct python_runtime *runtime);

/* The stack of the running thread, whose C frames end in that node, with its innermost depth Python
 * frames; c_stack itself where there are none. */
uint32_t python_frames_join(struct stack_table *table, uint32_t c_stack, unsigned depth);

/* NULL where none was found. */
const struct python_runtime *python_frames_runtime(void);

#endif
