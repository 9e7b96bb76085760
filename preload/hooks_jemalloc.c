/*
 * jemalloc's own entry points, for programs that call them. sallocx and nallocx only tell sizes and
 * need nothing.
 */
#include "preload/brought.h"
#include "preload/hook_entry.h"

static void *original_mallocx, *original_rallocx, *original_xallocx, *original_dallocx,
    *original_sdallocx;

static void *hook_mallocx(size_t bytes, int flags)
{
    uintptr_t outer = thread_enter_allocator();
    void *block = ((void *(*)(size_t, int))original_mallocx)(bytes, flags);
    return hook_given(block, bytes, outer, capture_here());
}

__attribute__((noinline)) static void *resize(void *block, size_t bytes, int flags)
{
    struct block old;
    bool known = hook_is_tracking() && recorder_take(block, &old);
    void *moved = ((void *(*)(void *, size_t, int))original_rallocx)(block, bytes, flags);
    if (known && moved)
        recorder_bury(&old, moved);
    else if (known)
        recorder_put_back(&old);
    return moved;
}

static void *hook_rallocx(void *block, size_t bytes, int flags)
{
    uintptr_t outer = thread_enter_allocator();
    void *moved = resize(block, bytes, flags);
    return hook_given(moved, bytes, outer, capture_here());
}

/* In place: to bytes at least, and up to extra more. The block has what it got of that. */
static size_t hook_xallocx(void *block, size_t bytes, size_t extra, int flags)
{
    uintptr_t outer = thread_enter_allocator();
    struct block old;
    bool known = hook_is_tracking() && recorder_take(block, &old);
    size_t usable =
        ((size_t(*)(void *, size_t, size_t, int))original_xallocx)(block, bytes, extra, flags);
    if (known && usable < bytes) {
        recorder_put_back(&old);
    } else if (known) {
        const struct capture_start here = capture_here();
        recorder_bury(&old, block);
        recorder_born(block, usable - bytes < extra ? usable : bytes + extra, here.pc, here.sp,
                      here.bp);
    }
    thread_leave(outer);
    pending_check(NULL);
    return usable;
}

static void hook_dallocx(void *block, int flags)
{
    uintptr_t outer = thread_enter_allocator();
    hook_taken(block);
    ((void (*)(void *, int))original_dallocx)(block, flags);
    thread_leave(outer);
    pending_check(NULL);
}

static void hook_sdallocx(void *block, size_t bytes, int flags)
{
    uintptr_t outer = thread_enter_allocator();
    hook_taken(block);
    ((void (*)(void *, size_t, int))original_sdallocx)(block, bytes, flags);
    thread_leave(outer);
    pending_check(NULL);
}

const struct relink_row jemalloc_rows[] = {
    {"mallocx", (void *)hook_mallocx, &original_mallocx},
    {"rallocx", (void *)hook_rallocx, &original_rallocx},
    {"xallocx", (void *)hook_xallocx, &original_xallocx},
    {"dallocx", (void *)hook_dallocx, &original_dallocx},
    {"sdallocx", (void *)hook_sdallocx, &original_sdallocx},
};
const size_t jemalloc_row_count = sizeof(jemalloc_rows) / sizeof(jemalloc_rows[0]);
