/*
 * An interpreter for tests: one thread's state, frames and code objects, as a version of CPython
 * lays them out, and the functions of the runtime that read them.
 */
#ifndef CAULK_TESTS_FAKE_PYTHON_H
#define CAULK_TESTS_FAKE_PYTHON_H

#include "preload/python_runtime.h"

#define FAKE_FRAMES_MAX 600u

struct fake_text {
    uintptr_t references, type;
    ssize_t length;
    struct fake_text *older;
    uint32_t characters[];
};

/* The frames' list is empty. Borrowed until the next call. */
const struct python_runtime *fake_python(const char *version);

/* Does the thread hold the lock? It does at first. */
void fake_python_lock(bool held);

/* A code object at that address, which has room for FAKE_CODE_BYTES. Its lines are ten instructions
 * long, and the first has that number. The texts live on. */
#define FAKE_CODE_BYTES 256u
void fake_python_code(void *at, const char *name, const char *file, uint32_t first_line);

/* Calls a function whose frame stands at an instruction, in bytes; entry: in a loop of its own. */
void fake_python_call(void *code, uint32_t instruction, bool entry);
void fake_python_return_all(void);

#endif
