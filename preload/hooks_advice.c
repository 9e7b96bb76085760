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

static const struct change {
    int advice;
    enum unforked_kind kind;
    bool begins; /* else it ends what the kind's other advice began */
} changes[] = {
    {MADV_DONTFORK, UNFORKED_ABSENT, true},
    {MADV_DOFORK, UNFORKED_ABSENT, false},
    {MADV_WIPEONFORK, UNFORKED_WIPED, true},
    {MADV_KEEPONFORK, UNFORKED_WIPED, false},
};

static const struct change *change_by(int advice)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
        if (changes[i].advice == advice)
            return changes[i].begins || unforked_any() ? &changes[i] : NULL;
    return NULL;
}

EXPORT int madvise(void *start, size_t bytes, int advice)
{
    const struct change *change = change_by(advice);
    if (!change)
        return (int)syscall(SYS_madvise, start, bytes, advice);
    uint64_t mask = unforked_lock();
    int result = (int)syscall(SYS_madvise, start, bytes, advice);
    if (result == 0 && change->begins)
        unforked_add(change->kind, start, bytes);
    else if (result == 0)
        unforked_remove(change->kind, start, bytes);
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
    void *moved = (void *)syscall(SYS_mremap, start, bytes, new_bytes, flags, wanted);
    if (moved != MAP_FAILED)
        unforked_move(start, bytes, moved, new_bytes);
    unforked_unlock(mask);
    return moved;
}
