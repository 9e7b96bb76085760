/* See preload/thread.h. */
#include "preload/thread.h"

__thread struct thread thread_self;

bool thread_is_busy(uintptr_t interrupted_sp)
{
    return thread_busy_below(thread_self.busy_sp, interrupted_sp) != 0;
}
