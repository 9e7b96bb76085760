/*
 * Threads that pthread_create started, from before they run until they are joined or known to be
 * gone: what a snapshot must know of them that the kernel can't tell. An entry carries the start
 * routine and its argument to the new thread, then the thread's stack bounds, then its result.
 * Entries live in pages from pages_map() and are reused: after the thread was joined (or ended
 * detached) its entry stays until its control block is another thread's, as the C library keeps
 * the stacks of ended threads, and in them what the thread owned.
 *
 * To be called while busy (preload/thread.h), so that a snapshot sees whole entries.
 */
#ifndef CAULK_THREAD_REGISTRY_H
#define CAULK_THREAD_REGISTRY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum thread_entry_state {
    THREAD_ENTRY_FREE,
    THREAD_ENTRY_CREATED, /* argument is a root: nobody else may hold it yet */
    THREAD_ENTRY_RUNNING,
    THREAD_ENTRY_ENDED, /* result is a root until it is joined; its stack is cached or gone */
    THREAD_ENTRY_JOINED /* or detached and ended: nothing of it is a root but its thread vector */
};

struct thread_entry {
    _Atomic uint32_t state;
    _Atomic bool detached;
    bool dump_signal_blocked; /* of its creator: inherited */
    pid_t tid;
    _Atomic(pthread_t) thread; /* the thread control block's address in glibc */
    void *(*start)(void *);
    void *argument;
    void *result;
    uintptr_t stack_start, stack_end;
    bool stack_given; /* by the program, whose memory it is before and after */
};

/* NULL when there is no memory: the thread runs unregistered. */
struct thread_entry *thread_registry_add(void *(*start)(void *), void *argument);
void thread_registry_drop(struct thread_entry *entry); /* the thread could not be created */

/* In the new thread: it runs, as `thread`, on a stack with these bounds. */
void thread_registry_begin(struct thread_entry *entry, pthread_t thread, uintptr_t stack_start,
                           uintptr_t stack_end);

/* At the thread's very end. */
void thread_registry_end(struct thread_entry *entry);

/* A thread with this control block was joined, or is about to be detached, perhaps before it began
 * to run. */
void thread_registry_joined(pthread_t thread);
void thread_registry_detach(pthread_t thread);

/* In a forked child: no thread but the calling one (whose entry may be NULL) exists. */
void thread_registry_keep_only(const struct thread_entry *own);

/* Entries in no order: starts with *cursor = 0, NULL at the end. */
const struct thread_entry *thread_registry_next(size_t *cursor);

#endif
