/*
 * glibc's allocator under its own names, as a malloc of the executable's own may call it. They are
 * looked up apart from malloc: where the program brings another allocator, they may still be
 * glibc's.
 */
#include <stddef.h>

#include "preload/bootstrap.h"
#include "preload/export.h"
#include "preload/hook_entry.h"
#include "preload/next.h"

EXPORT void *__libc_malloc(size_t bytes);
EXPORT void *__libc_calloc(size_t count, size_t bytes);
EXPORT void *__libc_realloc(void *block, size_t bytes);
EXPORT void *__libc_memalign(size_t alignment, size_t bytes);
EXPORT void *__libc_valloc(size_t bytes);
EXPORT void *__libc_pvalloc(size_t bytes);
EXPORT void __libc_free(void *block);

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void *(*next_memalign)(size_t, size_t);
static void *(*next_valloc)(size_t);
static void *(*next_pvalloc)(size_t);
static void (*next_free)(void *);

EXPORT void *__libc_malloc(size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = NEXT(next_malloc, "__libc_malloc")(bytes);
    return hook_given(block, bytes, outer, capture_here());
}

EXPORT void *__libc_calloc(size_t count, size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = NEXT(next_calloc, "__libc_calloc")(count, bytes);
    return hook_given(block, count * bytes, outer, capture_here());
}

EXPORT void *__libc_memalign(size_t alignment, size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = NEXT(next_memalign, "__libc_memalign")(alignment, bytes);
    return hook_given(block, bytes, outer, capture_here());
}

EXPORT void *__libc_valloc(size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = NEXT(next_valloc, "__libc_valloc")(bytes);
    return hook_given(block, bytes, outer, capture_here());
}

EXPORT void *__libc_pvalloc(size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = NEXT(next_pvalloc, "__libc_pvalloc")(bytes);
    return hook_given(block, bytes, outer, capture_here());
}

__attribute__((noinline)) static void *resize(void *block, size_t bytes)
{
    struct block old;
    bool known = block && hook_is_tracking() && recorder_take(block, &old);
    void *moved = NEXT(next_realloc, "__libc_realloc")(block, bytes);
    if (known && (moved || bytes == 0))
        recorder_bury(&old, moved);
    else if (known)
        recorder_put_back(&old);
    return moved;
}

EXPORT void *__libc_realloc(void *block, size_t bytes)
{
    uintptr_t outer = thread_enter_allocator();
    void *moved = resize(block, bytes);
    return hook_given(moved, bytes, outer, capture_here());
}

EXPORT void __libc_free(void *block)
{
    uintptr_t outer = thread_enter_allocator();
    if (hook_taken(block) || !bootstrap_owns(block))
        NEXT(next_free, "__libc_free")(block);
    thread_leave(outer);
    pending_check(NULL);
}
