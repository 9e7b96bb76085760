/*
 * What the C library tells about its heap or does to it takes its locks: a thread stopped in there
 * would keep the others from allocating, and so from parking. They are the allocator's too, where
 * it brings its own.
 */
#include <malloc.h>
#include <stdio.h>

#include "preload/export.h"
#include "preload/next.h"
#include "preload/pending.h"
#include "preload/thread.h"

static int (*next_malloc_trim)(size_t);
static int (*next_mallopt)(int, int);
static int (*next_malloc_info)(int, FILE *);
static void (*next_malloc_stats)(void);
static struct mallinfo (*next_mallinfo)(void);
static struct mallinfo2 (*next_mallinfo2)(void);

EXPORT int malloc_trim(size_t padding)
{
    uintptr_t outer = thread_enter();
    int trimmed = NEXT(next_malloc_trim, "malloc_trim")(padding);
    thread_leave(outer);
    pending_check(NULL);
    return trimmed;
}

EXPORT int mallopt(int parameter, int value)
{
    uintptr_t outer = thread_enter();
    int done = NEXT(next_mallopt, "mallopt")(parameter, value);
    thread_leave(outer);
    pending_check(NULL);
    return done;
}

EXPORT int malloc_info(int options, FILE *file)
{
    uintptr_t outer = thread_enter();
    int error = NEXT(next_malloc_info, "malloc_info")(options, file);
    thread_leave(outer);
    pending_check(NULL);
    return error;
}

EXPORT void malloc_stats(void)
{
    uintptr_t outer = thread_enter();
    NEXT(next_malloc_stats, "malloc_stats")();
    thread_leave(outer);
    pending_check(NULL);
}

EXPORT struct mallinfo2 mallinfo2(void)
{
    uintptr_t outer = thread_enter();
    struct mallinfo2 info = NEXT(next_mallinfo2, "mallinfo2")();
    thread_leave(outer);
    pending_check(NULL);
    return info;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
EXPORT struct mallinfo mallinfo(void)
{
    uintptr_t outer = thread_enter();
    struct mallinfo info = NEXT(next_mallinfo, "mallinfo")();
    thread_leave(outer);
    pending_check(NULL);
    return info;
}
#pragma GCC diagnostic pop
