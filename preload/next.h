/*
 * The function that a hook of ours stands in front of: the next definition in the search order,
 * looked up once. dlsym may allocate and takes the loader's lock: hooks that can run in a signal
 * handler or a child of vfork have a constructor that looks them up.
 */
#ifndef CAULK_NEXT_H
#define CAULK_NEXT_H

#include <dlfcn.h>

/* slot is a `_Atomic(type *)`; evaluates to its function. */
#define NEXT(slot, name)                                                                           \
    ({                                                                                             \
        __typeof__(slot) next_ = (slot);                                                           \
        if (!next_)                                                                                \
            (slot) = next_ = (__typeof__(next_))dlsym(RTLD_NEXT, (name));                          \
        next_;                                                                                     \
    })

#endif
