/*
 * CPython in this process: its functions and types that the tracker uses, and how it is laid out.
 *
 * What is called allocates nothing, raises nothing and takes no lock: it reads a thread-specific
 * value, or walks through the table of a code object's lines.
 */
#ifndef CAULK_PYTHON_RUNTIME_H
#define CAULK_PYTHON_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "preload/python_layout.h"

struct python_runtime {
    struct python_layout layout;
    void *(*own_state)(void);     /* this thread's, or NULL */
    void *(*running_state)(void); /* of the thread that holds the interpreter's lock, or NULL; since
                                     3.12 this thread's where it holds it, else NULL */
    int (*line_of)(void *code, int offset);
    ssize_t (*text_length)(void *text);
    uint32_t (*text_character)(void *text, ssize_t index);
    uintptr_t code_type, text_type;
    uintptr_t eval_start, eval_end;     /* _PyEval_EvalFrameDefault(), the loop */
    uintptr_t module_start, module_end; /* where its code objects lie that are never freed */
};

/* Looks in the module with this handle and those that it needs, or in the program's with
 * RTLD_DEFAULT. NULL where there is no CPython, or one that can't be read, which the log then says.
 * Not where the loader may be busy; dlerror()'s state is lost. */
const struct python_runtime *python_runtime_find(void *handle);

/* Does it lie in the interpreter's own module? */
static inline bool python_runtime_owns(const struct python_runtime *runtime, uintptr_t address)
{
    return address >= runtime->module_start && address < runtime->module_end;
}

/* What the thread's interpreter state is while it holds the interpreter's lock, else NULL: then
 * nobody else changes or frees its frames. */
static inline const char *python_runtime_state(const struct python_runtime *runtime)
{
    const char *own = runtime->own_state();
    return own && runtime->running_state() == own ? own : NULL;
}

#endif
