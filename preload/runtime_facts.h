/*
 * What the tracker knows of the C library's insides, looked up by name when it is loaded: a dump's
 * child must not call dlsym. What can't be found is 0.
 */
#ifndef CAULK_RUNTIME_FACTS_H
#define CAULK_RUNTIME_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct runtime_facts {
    uintptr_t loader_start, loader_end;   /* code and data of ld.so */
    uintptr_t tsearch_start, tsearch_end; /* code of tsearch() */
    size_t static_tls_bytes; /* below a thread control block: the thread's static TLS */
    size_t thread_bytes;     /* from the control block up: struct pthread */
    bool has_python;         /* the program is, or is linked with, CPython */
};

extern struct runtime_facts runtime_facts;

#endif
