/*
 * See preload/thread_registry.h. Entries lie in chunks that never move. Looking for one goes
 * through all of them: starting a thread costs far more.
 */
#include "preload/thread_registry.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/pages.h"

#define CHUNK_ENTRIES 512u
#define CHUNK_LIMIT 1024u

static struct thread_entry *_Atomic chunks[CHUNK_LIMIT];

static struct thread_entry *entry_at(size_t number)
{
    size_t chunk = number / CHUNK_ENTRIES;
    struct thread_entry *entries = chunk < CHUNK_LIMIT ? atomic_load(&chunks[chunk]) : NULL;
    return entries ? &entries[number % CHUNK_ENTRIES] : NULL;
}

static bool make_chunk(size_t chunk)
{
    struct thread_entry *none = NULL;
    struct thread_entry *fresh =
        chunk < CHUNK_LIMIT ? pages_map(CHUNK_ENTRIES * sizeof(*fresh)) : NULL;
    if (!fresh)
        return false;
    if (!atomic_compare_exchange_strong(&chunks[chunk], &none, fresh))
        pages_unmap(fresh, CHUNK_ENTRIES * sizeof(*fresh));
    return true;
}

static struct thread_entry *claim_free(size_t *ret_count)
{
    struct thread_entry *entry;
    size_t number = 0;
    for (; (entry = entry_at(number)); number++) {
        uint32_t free_entry = THREAD_ENTRY_FREE;
        if (entry->state == THREAD_ENTRY_FREE &&
            atomic_compare_exchange_strong(&entry->state, &free_entry, THREAD_ENTRY_CREATED))
            return entry;
    }
    *ret_count = number;
    return NULL;
}

struct thread_entry *thread_registry_add(void *(*start)(void *), void *argument)
{
    struct thread_entry *entry;
    size_t count;
    while (!(entry = claim_free(&count))) {
        if (!make_chunk(count / CHUNK_ENTRIES))
            return NULL;
    }
    entry->detached = false;
    entry->dump_signal_blocked = false;
    entry->tid = 0;
    entry->thread = 0;
    entry->start = start;
    entry->argument = argument;
    entry->result = NULL;
    entry->stack_start = entry->stack_end = 0;
    entry->stack_given = false;
    return entry;
}

void thread_registry_drop(struct thread_entry *entry)
{
    entry->argument = NULL;
    atomic_store(&entry->state, THREAD_ENTRY_FREE);
}

/* The control block of an ended thread is the new thread's now. */
static void drop_predecessor(const struct thread_entry *own, pthread_t thread)
{
    struct thread_entry *entry;
    for (size_t number = 0; (entry = entry_at(number)); number++) {
        if (entry != own && entry->thread == thread && entry->state >= THREAD_ENTRY_ENDED)
            thread_registry_drop(entry);
    }
}

/*
 * Threads that were detached before they began. Both sides first say what they did (the name stands
 * here, the thread runs) and then look at what the other said: so at least one of them notices.
 */
#define EARLY_LIMIT 64u

static _Atomic(pthread_t) early[EARLY_LIMIT];

static bool exchange_early(pthread_t from, pthread_t to)
{
    for (unsigned i = 0; i < EARLY_LIMIT; i++) {
        pthread_t expected = from;
        if (early[i] == from && atomic_compare_exchange_strong(&early[i], &expected, to))
            return true;
    }
    return false;
}

/* Somebody was created who does not run yet. */
static bool thread_is_awaited(void)
{
    struct thread_entry *entry;
    for (size_t number = 0; (entry = entry_at(number)); number++) {
        if (entry->state == THREAD_ENTRY_CREATED)
            return true;
    }
    return false;
}

void thread_registry_begin(struct thread_entry *entry, pthread_t thread, uintptr_t stack_start,
                           uintptr_t stack_end)
{
    drop_predecessor(entry, thread);
    entry->tid = (pid_t)syscall(SYS_gettid);
    entry->thread = thread;
    entry->stack_start = stack_start;
    entry->stack_end = stack_end;
    atomic_store(&entry->state, THREAD_ENTRY_RUNNING);
    if (exchange_early(thread, 0))
        atomic_store(&entry->detached, true);
}

void thread_registry_end(struct thread_entry *entry)
{
    atomic_store(&entry->state, entry->detached ? THREAD_ENTRY_JOINED : THREAD_ENTRY_ENDED);
}

static struct thread_entry *find(pthread_t thread, enum thread_entry_state state)
{
    struct thread_entry *entry;
    for (size_t number = 0; (entry = entry_at(number)); number++) {
        if (entry->thread == thread && entry->state == state)
            return entry;
    }
    return NULL;
}

void thread_registry_joined(pthread_t thread)
{
    struct thread_entry *entry = find(thread, THREAD_ENTRY_ENDED);
    if (entry)
        atomic_store(&entry->state, THREAD_ENTRY_JOINED);
}

void thread_registry_detach(pthread_t thread)
{
    struct thread_entry *entry;
    if (thread_is_awaited())
        exchange_early(0, thread);
    if ((entry = find(thread, THREAD_ENTRY_RUNNING))) {
        atomic_store(&entry->detached, true);
        exchange_early(thread, 0);
    } else if ((entry = find(thread, THREAD_ENTRY_ENDED))) {
        atomic_store(&entry->state, THREAD_ENTRY_JOINED);
    }
}

void thread_registry_keep_only(const struct thread_entry *own)
{
    struct thread_entry *entry;
    for (size_t number = 0; (entry = entry_at(number)); number++) {
        if (entry != own && entry->state != THREAD_ENTRY_FREE)
            thread_registry_drop(entry);
    }
}

const struct thread_entry *thread_registry_next(size_t *cursor)
{
    const struct thread_entry *entry;
    while ((entry = entry_at(*cursor))) {
        ++*cursor;
        if (entry->state != THREAD_ENTRY_FREE)
            return entry;
    }
    return NULL;
}
