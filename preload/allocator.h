/*
 * The allocator below: glibc's or one that the program brings as a shared library. Found with
 * dlsym(RTLD_NEXT) at the first call; until then (dlsym itself may allocate) a small static arena
 * serves, whose blocks are never given back.
 */
#ifndef CAULK_ALLOCATOR_H
#define CAULK_ALLOCATOR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct allocator {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*reallocarray)(void *, size_t, size_t);
    void (*free)(void *);
    void *(*memalign)(size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*valloc)(size_t);
    void *(*pvalloc)(size_t);
    size_t (*malloc_usable_size)(void *);
    bool is_glibc;
    bool is_alone;                      /* its module has nothing else in it, by its name */
    const char *name;                   /* "glibc 2.36", or the library's path */
    uintptr_t module_start, module_end; /* where its code and data lie, and others' unless alone */
};

extern const struct allocator *_Atomic allocator_resolved;
const struct allocator *allocator_resolve(void);

/* Resolved at the first call; afterwards one load and a branch. While it is being resolved: the
 * bootstrap arena's (preload/bootstrap.h). */
static inline const struct allocator *allocator_below(void)
{
    const struct allocator *ready = atomic_load_explicit(&allocator_resolved, memory_order_acquire);
    return __builtin_expect(ready != NULL, 1) ? ready : allocator_resolve();
}

#endif
