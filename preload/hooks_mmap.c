/*
 * Mappings that an allocator brought by the program makes for itself, and pages that it gets by
 * sbrk (tcmalloc does), told by the caller's address; where the module has other code too, only
 * what it maps while it is asked for memory. With glibc's allocator, whose memory is known by its
 * structures, nothing is noted. And what the program keeps from its forked children, which ends
 * where it unmaps it or maps over it. Before the constructor has looked up the next definitions
 * (others than libc's, too, hook mmap) calls go straight to the kernel.
 */
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/allocator.h"
#include "preload/allocator_pages.h"
#include "preload/export.h"
#include "preload/next.h"
#include "preload/pagemap.h"
#include "preload/thread.h"
#include "preload/unforked.h"

static const struct allocator *brought_allocator(void)
{
    const struct allocator *below = atomic_load_explicit(&allocator_resolved, memory_order_acquire);
    return below && !below->is_glibc ? below : NULL;
}

static bool is_brought(uintptr_t caller)
{
    const struct allocator *brought = brought_allocator();
    return brought && caller >= brought->module_start && caller < brought->module_end &&
           (brought->is_alone || thread_self.busy_sp & THREAD_IN_ALLOCATOR);
}

static void note_mapping(void *start, size_t bytes, uintptr_t caller)
{
    if (start != MAP_FAILED && is_brought(caller))
        allocator_pages_mapped((uintptr_t)start, bytes);
}

typedef void *map_function(void *, size_t, int, int, int, off_t);

static map_function *next_mmap;
static int (*next_munmap)(void *, size_t);

static void *(*next_sbrk)(intptr_t);

__attribute__((constructor)) static void find_next(void)
{
    NEXT(next_sbrk, "sbrk");
    NEXT(next_munmap, "munmap");
    NEXT(next_mmap, "mmap");
}

static void *map_below(void *address, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    if (next_mmap)
        return next_mmap(address, bytes, protection, flags, fd, offset);
    return (void *)syscall(SYS_mmap, address, bytes, protection, flags, fd, offset);
}

static void *map(void *address, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    if (!unforked_any() || !(flags & MAP_FIXED))
        return map_below(address, bytes, protection, flags, fd, offset);
    uint64_t mask = unforked_lock();
    void *start = map_below(address, bytes, protection, flags, fd, offset);
    if (start != MAP_FAILED)
        unforked_forget(start, bytes);
    unforked_unlock(mask);
    return start;
}

EXPORT void *mmap(void *address, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    void *start = map(address, bytes, protection, flags, fd, offset);
    note_mapping(start, bytes, (uintptr_t)__builtin_return_address(0));
    return start;
}

EXPORT void *mmap64(void *address, size_t bytes, int protection, int flags, int fd, off64_t offset)
{
    void *start = map(address, bytes, protection, flags, fd, offset);
    note_mapping(start, bytes, (uintptr_t)__builtin_return_address(0));
    return start;
}

static int unmap(void *start, size_t bytes)
{
    return next_munmap ? next_munmap(start, bytes) : (int)syscall(SYS_munmap, start, bytes);
}

/* Forgotten first: once unmapped, the place may be another thread's. */
EXPORT int munmap(void *start, size_t bytes)
{
    if (brought_allocator())
        allocator_pages_unmapped((uintptr_t)start, bytes);
    if (!unforked_any())
        return unmap(start, bytes);
    uint64_t mask = unforked_lock();
    int result = unmap(start, bytes);
    if (result == 0)
        unforked_forget(start, bytes);
    unforked_unlock(mask);
    return result;
}

/* Whole pages: one that is shared with somebody else is not the allocator's. */
static void note_break(uintptr_t old, intptr_t increment, uintptr_t caller)
{
    uintptr_t start = increment > 0 ? old : old + (uintptr_t)increment;
    uintptr_t end = increment > 0 ? old + (uintptr_t)increment : old;
    start = (start + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    end &= ~(PAGE_BYTES - 1);
    if (start >= end)
        return;
    if (increment < 0)
        allocator_pages_unmapped(start, end - start);
    else if (is_brought(caller))
        allocator_pages_mapped(start, end - start);
}

/* Unlike the others it needs libc, which keeps where the break is. */
EXPORT void *sbrk(intptr_t increment)
{
    void *(*next)(intptr_t) = NEXT(next_sbrk, "sbrk");
    void *old = next ? next(increment) : (void *)-1;
    if (old != (void *)-1 && brought_allocator())
        note_break((uintptr_t)old, increment, (uintptr_t)__builtin_return_address(0));
    return old;
}
