/*
 * Threads from the program's side: where a thread's stack is, what only the C library holds for it
 * before it runs and after it has ended, and which mask it inherits.
 */
#include <pthread.h>
#include <time.h>

#include "preload/dump_signal.h"
#include "preload/export.h"
#include "preload/next.h"
#include "preload/pending.h"
#include "preload/thread.h"
#include "preload/thread_registry.h"
#include "preload/thread_state.h"
#include "preload/tracker.h"

#define PAGE_BYTES 4096u

typedef void *start_routine(void *);

static int (*next_create)(pthread_t *, const pthread_attr_t *, start_routine *, void *);
static void (*next_exit)(void *) __attribute__((noreturn));
static int (*next_detach)(pthread_t);
static int (*next_join)(pthread_t, void **);
static int (*next_tryjoin)(pthread_t, void **);
static int (*next_timedjoin)(pthread_t, void **, const struct timespec *);
static int (*next_clockjoin)(pthread_t, void **, clockid_t, const struct timespec *);

/*
 * Where the new thread's stack will be, as far as the attributes say: all of it where the program
 * gives one, else the size alone. pthread_getattr_np() would tell, but it allocates, and makes a
 * system call that a sandbox may answer with death.
 */
static void plan_stack(struct thread_entry *entry, const pthread_attr_t *attributes)
{
    pthread_attr_t defaults;
    void *start = NULL;
    size_t bytes = 0;
    if (!attributes)
        pthread_attr_init(&defaults);
    pthread_attr_getstack(attributes ? attributes : &defaults, &start, &bytes);
    entry->stack_given = bytes != 0 && (uintptr_t)start + bytes != 0;
    if (entry->stack_given) {
        entry->stack_start = (uintptr_t)start;
        entry->stack_end = (uintptr_t)start + bytes;
    } else {
        pthread_attr_getstacksize(attributes ? attributes : &defaults, &bytes);
        entry->stack_start = 0;
        entry->stack_end = bytes;
    }
    if (!attributes)
        pthread_attr_destroy(&defaults);
}

/* glibc keeps the thread's control block, less than a page, at the upper end of its own stacks. */
static void note_stack(const struct thread_entry *entry)
{
    thread_self.stack_start = entry->stack_start;
    thread_self.stack_end = entry->stack_end;
    if (!entry->stack_given) {
        thread_self.stack_end = ((uintptr_t)pthread_self() | (PAGE_BYTES - 1)) + 1;
        thread_self.stack_start = thread_self.stack_end - entry->stack_end;
    }
}

static void arrive(struct thread_entry *entry)
{
    uintptr_t outer = thread_enter();
    dump_signal_set_blocked(entry->dump_signal_blocked);
    note_stack(entry);
    thread_registry_begin(entry, pthread_self(), thread_self.stack_start, thread_self.stack_end);
    thread_self.entry = entry;
    thread_state_acquire();
    thread_leave(outer);
    pending_check(NULL);
}

/* The program's argument stands in this frame from the beginning: a snapshot may find it here
 * alone. */
static void *run(void *own_argument)
{
    struct thread_entry *entry = own_argument;
    start_routine *start = entry->start;
    void *argument = entry->argument;
    arrive(entry);
    void *result = start(argument);
    entry->result = result;
    return result;
}

static bool is_detached(const pthread_attr_t *attributes)
{
    int state = PTHREAD_CREATE_JOINABLE;
    return attributes && pthread_attr_getdetachstate(attributes, &state) == 0 &&
           state == PTHREAD_CREATE_DETACHED;
}

static struct thread_entry *announce(const pthread_attr_t *attributes, start_routine *start,
                                     void *argument)
{
    if (!tracker_on())
        return NULL;
    uintptr_t outer = thread_enter();
    struct thread_entry *entry = thread_registry_add(start, argument);
    if (entry) {
        entry->detached = is_detached(attributes);
        plan_stack(entry, attributes);
        entry->dump_signal_blocked = dump_signal_blocked();
    }
    thread_leave(outer);
    return entry;
}

EXPORT int pthread_create(pthread_t *restrict ret_thread, const pthread_attr_t *restrict attributes,
                          start_routine *start, void *restrict argument)
{
    struct thread_entry *entry = announce(attributes, start, argument);
    int error = NEXT(next_create, "pthread_create")(ret_thread, attributes, entry ? run : start,
                                                    entry ? entry : argument);
    if (error && entry)
        thread_registry_drop(entry);
    pending_check(NULL);
    return error;
}

EXPORT void pthread_exit(void *result)
{
    if (thread_self.entry)
        thread_self.entry->result = result;
    NEXT(next_exit, "pthread_exit")(result);
}

/* A thread's last destructor has said that it ended, and no other has its control block yet. */
static int joined(pthread_t thread, int error)
{
    if (error == 0 && tracker_on())
        thread_registry_joined(thread);
    return error;
}

EXPORT int pthread_join(pthread_t thread, void **ret_result)
{
    return joined(thread, NEXT(next_join, "pthread_join")(thread, ret_result));
}

EXPORT int pthread_tryjoin_np(pthread_t thread, void **ret_result)
{
    return joined(thread, NEXT(next_tryjoin, "pthread_tryjoin_np")(thread, ret_result));
}

EXPORT int pthread_timedjoin_np(pthread_t thread, void **ret_result, const struct timespec *until)
{
    return joined(thread, NEXT(next_timedjoin, "pthread_timedjoin_np")(thread, ret_result, until));
}

EXPORT int pthread_clockjoin_np(pthread_t thread, void **ret_result, clockid_t clock,
                                const struct timespec *until)
{
    return joined(thread,
                  NEXT(next_clockjoin, "pthread_clockjoin_np")(thread, ret_result, clock, until));
}

EXPORT int pthread_detach(pthread_t thread)
{
    if (tracker_on())
        thread_registry_detach(thread);
    return NEXT(next_detach, "pthread_detach")(thread);
}
