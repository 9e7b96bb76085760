/*
 * The allocator's entry points, as the program calls them. All have one shape:
 *
 *   what the allocator below returns is what the program gets, errno included;
 *   the block is recorded after it was given, and forgotten before it is taken back, so that
 *   another thread that gets the same address never sees our stale record;
 *   a call from within such a call (reallocarray calls realloc) is the allocator's own business;
 *   they end in pending_check() as a tail call, where a snapshot that waits for this thread finds
 *   its caller's stack.
 *
 * A block of the bootstrap arena is unknown to the tables, so only unknown blocks are looked up
 * there.
 */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "preload/allocator.h"
#include "preload/bootstrap.h"
#include "preload/export.h"
#include "preload/hook_entry.h"

/* What C23 and old programs call, and headers may not declare. */
EXPORT void free_sized(void *block, size_t bytes);
EXPORT void free_aligned_sized(void *block, size_t alignment, size_t bytes);
EXPORT void cfree(void *block);

EXPORT void *malloc(size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = allocator_below()->malloc(bytes);
    return hook_given(block, bytes, outer, capture_here());
}

EXPORT void *calloc(size_t count, size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = allocator_below()->calloc(count, bytes);
    return hook_given(block, count * bytes, outer, capture_here());
}

EXPORT void *memalign(size_t alignment, size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = allocator_below()->memalign(alignment, bytes);
    return hook_given(block, bytes, outer, capture_here());
}

EXPORT void *aligned_alloc(size_t alignment, size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = allocator_below()->aligned_alloc(alignment, bytes);
    return hook_given(block, bytes, outer, capture_here());
}

EXPORT void *valloc(size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = allocator_below()->valloc(bytes);
    return hook_given(block, bytes, outer, capture_here());
}

EXPORT void *pvalloc(size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = allocator_below()->pvalloc(bytes);
    return hook_given(block, bytes, outer, capture_here());
}

EXPORT int posix_memalign(void **ret_block, size_t alignment, size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    int error = allocator_below()->posix_memalign(ret_block, alignment, bytes);
    hook_given(error ? NULL : *ret_block, bytes, outer, capture_here());
    return error;
}

/* A block of the bootstrap arena moves to the allocator below for good. */
static void *leave_bootstrap(const void *block, size_t bytes)
{
    void *moved = allocator_below()->malloc(bytes);
    size_t old = bootstrap_size(block);
    if (moved)
        memcpy(moved, block, old < bytes ? old : bytes);
    return moved;
}

/* On failure the block stays as it was; a size of 0 may have freed it, and then it is gone. */
__attribute__((noinline)) static void *resize(void *block, size_t bytes, uintptr_t outer)
{
    struct block old;
    bool known =
        block && !(outer & THREAD_IN_ALLOCATOR) && hook_is_tracking() && recorder_take(block, &old);
    if (!known && bootstrap_owns(block))
        return leave_bootstrap(block, bytes);
    void *moved = allocator_below()->realloc(block, bytes);
    if (known && (moved || bytes == 0))
        recorder_bury(&old, moved);
    else if (known)
        recorder_put_back(&old);
    return moved;
}

EXPORT void *realloc(void *block, size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *moved = resize(block, bytes, outer);
    return hook_given(moved, bytes, outer, capture_here());
}

EXPORT void *reallocarray(void *block, size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    uintptr_t outer = thread_enter_allocator();
    void *moved = resize(block, total, outer);
    return hook_given(moved, total, outer, capture_here());
}

__attribute__((always_inline)) static inline void release(void *block)
{
    if (!block)
        return;
    uintptr_t outer = thread_enter_allocator();
    bool known = hook_taken(block);
    if (known || !bootstrap_owns(block))
        allocator_below()->free(block);
    thread_leave(outer);
    pending_check(NULL);
}

EXPORT void free(void *block)
{
    release(block);
}

EXPORT void cfree(void *block)
{
    release(block);
}

EXPORT void free_sized(void *block, size_t bytes)
{
    (void)bytes;
    release(block);
}

EXPORT void free_aligned_sized(void *block, size_t alignment, size_t bytes)
{
    (void)alignment;
    (void)bytes;
    release(block);
}

EXPORT size_t malloc_usable_size(void *block)
{
    if (__builtin_expect(bootstrap_owns(block), 0))
        return bootstrap_size(block);
    return allocator_below()->malloc_usable_size(block);
}
