/* A stack with names, as libcaulk/symbolizer.h makes it. */
#ifndef CAULK_CALL_STACK_H
#define CAULK_CALL_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One function active at an address; what is not known is NULL (line: 0). */
struct frame {
    uint64_t address;      /* the return address at run time, also of the inlined frames there; 0 of
                              a Python function */
    uint64_t file_address; /* the same as an address in the module's file: what addr2line takes */
    const char *module;    /* path as recorded */
    const char *function;  /* demangled, without parameters: "Session::handshake" */
    const char *file;      /* as the debug information says, with its directory */
    uint32_t line;
    bool python;   /* a Python function: no address, no module */
    bool inlined;  /* the compiler put this function's body into the next frame's */
    bool plumbing; /* the C or C++ library's, the tracker's or operator new: not the user's code */
    bool interpreter; /* CPython's own: plumbing, on a stack with Python functions */
};

/* A whole stack. The user's own frames are frame[user_begin] up to frame[user_end] (not included):
 * without the libraries' wrappers above and the start-up code below; where no frame is the user's,
 * all are in it. */
struct call_stack {
    struct frame *frame; /* innermost first */
    size_t count;
    size_t user_begin, user_end;
    bool truncated; /* outer frames were not recorded */
};

void call_stack_finish(struct call_stack *stack);

#endif
