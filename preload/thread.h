/*
 * What the tracker keeps for each thread: one small struct in initial-exec TLS, so that reaching it
 * is one instruction and never allocates.
 *
 * A thread is *busy* while it is inside the tracker or the allocator below. A signal handler that
 * finds its thread busy must not touch the tables: it marks what it wants in `pending`, and the
 * thread does it on its way out (preload/pending.h), when every table is consistent again.
 */
#ifndef CAULK_THREAD_H
#define CAULK_THREAD_H

#include <stdbool.h>
#include <stdint.h>

enum thread_pending {
    PENDING_PARK = 1, /* another thread makes a snapshot and waits for this one to stop */
    PENDING_DUMP = 2, /* the dump signal arrived */
};

struct counters;
struct stack_memo;
struct thread_entry;

struct thread {
    uintptr_t busy_sp;        /* stack pointer at the innermost entry; 0 outside */
    _Atomic uint32_t pending; /* PENDING_…, written by this thread and its signal handlers only */
    bool dying;               /* its destructors have run: use no per-thread memory any more */
    struct counters *counters;  /* preload/counters.h */
    struct stack_memo *memo;    /* preload/stack_memo.h */
    struct thread_entry *entry; /* preload/thread_registry.h, or NULL */
    uintptr_t stack_start;      /* its own stack, or 0 where not known (yet) */
    uintptr_t stack_end;
};

extern __thread struct thread thread_self;

/* A mark left by an exception or a longjmp out of a handler lies this much below the stack pointer
 * at most; a larger distance means that the thread runs on another stack. */
#define THREAD_STALE_BYTES (64u << 20)

/* busy_sp, or 0 where it is stale: a call within the one that set it would have a frame below. */
static inline uintptr_t thread_busy_below(uintptr_t busy_sp, uintptr_t sp)
{
    uintptr_t frame = busy_sp & ~(uintptr_t)15;
    bool stale = busy_sp != 0 && frame <= sp && sp - frame < THREAD_STALE_BYTES;
    return __builtin_expect(stale, 0) ? 0 : busy_sp;
}

/*
 * thread_enter() … thread_leave(outer) bracket everything that must not be interrupted by a
 * snapshot. They nest (a signal handler may allocate while malloc was interrupted).
 *
 * thread_enter_allocator() is the same for a call of the allocator's: what it calls in turn is its
 * own business. `outer & THREAD_IN_ALLOCATOR` says that there is such a call around this one, whose
 * block, not this one's, is recorded.
 */
#define THREAD_IN_ALLOCATOR 1u

static inline uintptr_t thread_enter_marked(uintptr_t mark)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    uintptr_t outer = thread_self.busy_sp;
    if (__builtin_expect(outer != 0, 0))
        outer = thread_busy_below(outer, sp);
    thread_self.busy_sp = sp | mark | (outer & THREAD_IN_ALLOCATOR);
    __asm__ volatile("" ::: "memory");
    return outer;
}

static inline uintptr_t thread_enter(void)
{
    return thread_enter_marked(0);
}

static inline uintptr_t thread_enter_allocator(void)
{
    return thread_enter_marked(THREAD_IN_ALLOCATOR);
}

static inline void thread_leave(uintptr_t outer)
{
    __asm__ volatile("" ::: "memory");
    thread_self.busy_sp = outer;
}

/* For longer than a function's time: around fork, and from a thread's last destructor on. Returns
 * what was before, for thread_leave(). */
#define THREAD_BUSY_UNTIL_LEFT (UINTPTR_MAX & ~(uintptr_t)15)

static inline uintptr_t thread_enter_for_long(void)
{
    uintptr_t outer = thread_busy_below(thread_self.busy_sp, (uintptr_t)__builtin_frame_address(0));
    thread_self.busy_sp = THREAD_BUSY_UNTIL_LEFT;
    return outer;
}

/* In a signal handler: was the code that it interrupted, whose stack pointer was sp, busy? */
bool thread_is_busy(uintptr_t interrupted_sp);

#endif
