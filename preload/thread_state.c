/*
 * See preload/thread_state.h. A key's destructor that sets its value again is called in the next
 * round too, up to the last: so ours is the last, or almost, of a thread's destructors.
 */
#include "preload/thread_state.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>

#include "preload/counters.h"
#include "preload/stack_memo.h"
#include "preload/thread.h"
#include "preload/thread_registry.h"

static pthread_key_t key;
static bool have_key;

/* From here to its end the thread is the C library's, which takes the allocator's locks. */
static void give_back(void)
{
    thread_enter_for_long();
    struct counters *counters = thread_self.counters;
    struct stack_memo *memo = thread_self.memo;
    thread_self.dying = true;
    thread_self.counters = NULL;
    thread_self.memo = NULL;
    stack_memo_destroy(memo);
    counters_release(counters);
    if (thread_self.entry)
        thread_registry_end(thread_self.entry);
}

/* The key's value is the number of rounds, this one included. */
static void on_thread_end(void *value)
{
    uintptr_t round = (uintptr_t)value;
    if (round < PTHREAD_DESTRUCTOR_ITERATIONS)
        pthread_setspecific(key, (void *)(round + 1));
    else
        give_back();
}

void thread_state_init(void)
{
    have_key = pthread_key_create(&key, on_thread_end) == 0;
}

void thread_state_acquire(void)
{
    if (thread_self.counters || thread_self.dying)
        return;
    int saved_errno = errno;
    thread_self.counters = counters_acquire();
    if (have_key)
        pthread_setspecific(key, (void *)1);
    errno = saved_errno;
}
