/*
 * Calls by which the program keeps memory from its forked children, or moves that. Each goes
 * straight to the kernel: libc's versions do nothing more. See preload/hooks_mmap.c for the others.
 */
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/export.h"
#include "preload/unforked.h"

EXPORT int madvise(void *start, size_t bytes, int advice)
{
    if (advice != MADV_DONTFORK && !(advice == MADV_DOFORK && unforked_any()))
        return (int)syscall(SYS_madvise, start, bytes, advice);
    uint64_t mask = unforked_lock();
    int result = (int)syscall(SYS_madvise, start, bytes, advice);
    if (result == 0 && advice == MADV_DONTFORK)
        unforked_add(start, bytes);
    else if (result == 0)
        unforked_remove(start, bytes);
    unforked_unlock(mask);
    return result;
}

/* Advice moves with the memory. */
EXPORT void *mremap(void *start, size_t bytes, size_t new_bytes, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    void *wanted = flags & MREMAP_FIXED ? va_arg(rest, void *) : NULL;
    va_end(rest);
    if (!unforked_any())
        return (void *)syscall(SYS_mremap, start, bytes, new_bytes, flags, wanted);
    uint64_t mask = unforked_lock();
    bool kept = unforked_holds(start);
    void *moved = (void *)syscall(SYS_mremap, start, bytes, new_bytes, flags, wanted);
    if (moved != MAP_FAILED) {
        unforked_remove(start, bytes);
        unforked_remove(moved, new_bytes);
        if (kept)
            unforked_add(moved, new_bytes);
    }
    unforked_unlock(mask);
    return moved;
}
