/*
 * What the allocator's hooks share. A function that gives a block:
 *
 *     uintptr_t outer = thread_enter_allocator();
 *     void *block = …the function below…;
 *     return hook_given(block, bytes, outer, capture_here());
 *
 * One that takes a block back forgets it before the call below (hook_taken()).
 */
#ifndef CAULK_HOOK_ENTRY_H
#define CAULK_HOOK_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/capture.h"
#include "preload/pending.h"
#include "preload/recorder.h"
#include "preload/thread.h"
#include "preload/tracker.h"

static inline bool hook_is_tracking(void)
{
    return __builtin_expect(tracker_on(), 1) || tracker_try_start();
}

/* A tail call at its end lets a snapshot find the caller's stack alone. */
__attribute__((always_inline)) static inline void *
hook_given(void *block, size_t bytes, uintptr_t outer, struct capture_start here)
{
    if (__builtin_expect(block && !(outer & THREAD_IN_ALLOCATOR), 1))
        return recorder_give(block, bytes, outer, here.pc, here.sp, here.bp);
    thread_leave(outer);
    return pending_check(block);
}

/* False where the block isn't known: it may be the bootstrap arena's. */
static inline bool hook_taken(const void *block)
{
    return hook_is_tracking() && recorder_gone(block);
}

#endif
