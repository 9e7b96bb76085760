/*
 * See thread_memory.h. glibc puts a thread's static TLS and control block (struct pthread) at the
 * top of its stack; those of the initial thread lie in a mapping that ld.so made.
 */
#include "preload/thread_memory.h"

#include "preload/fault_guard.h"
#include "preload/runtime_facts.h"
#include "preload/thread_registry.h"

/* Where the C library does not tell; enough for a few dozen modules' TLS. */
#define STATIC_TLS_GUESS 4096u
#define THREAD_BYTES_GUESS 2304u

static uintptr_t max(uintptr_t a, uintptr_t b)
{
    return a > b ? a : b;
}

static uintptr_t min(uintptr_t a, uintptr_t b)
{
    return a < b ? a : b;
}

static bool holds(const struct range *range, uintptr_t address)
{
    return address >= range->start && address < range->end;
}

static struct range find_stack(const struct maps *maps, const struct snapshot_thread *thread)
{
    struct range stack = {thread->stack_start, thread->stack_end};
    const struct mapping *mapping = maps_find(maps, stack.end ? stack.end - 1 : thread->sp);
    if (mapping && mapping_name_is(mapping, "[stack]"))
        stack = (struct range){mapping->start, mapping->end};
    return stack;
}

static struct range find_tls(const struct maps *maps, uintptr_t tcb, const struct range *stack)
{
    size_t below =
        runtime_facts.static_tls_bytes ? runtime_facts.static_tls_bytes : STATIC_TLS_GUESS;
    size_t above = runtime_facts.thread_bytes ? runtime_facts.thread_bytes : THREAD_BYTES_GUESS;
    if (holds(stack, tcb))
        return (struct range){max(tcb - below, stack->start), stack->end};
    const struct mapping *mapping = maps_find(maps, tcb);
    if (!mapping) /* without /proc */
        return (struct range){tcb - below, tcb + above};
    return (struct range){max(tcb - below, mapping->start), min(tcb + above, mapping->end)};
}

struct thread_memory thread_memory_find(const struct maps *maps,
                                        const struct snapshot_thread *thread)
{
    struct thread_memory memory = {.stack = find_stack(maps, thread)};
    if (thread->tcb)
        memory.tls = find_tls(maps, thread->tcb, &memory.stack);
    if (holds(&memory.stack, memory.tls.start))
        memory.stack.end = memory.tls.start;
    return memory;
}

/* The control block of a thread, alive or cached, begins with its own address, which is also its
 * third word. */
static bool looks_like_control_block(uintptr_t tcb)
{
    uint64_t words[3];
    return fault_guard_copy(words, tcb, sizeof(words)) && words[0] == tcb && words[2] == tcb;
}

bool thread_memory_is_cached(const struct snapshot *snapshot, const struct thread_entry *entry)
{
    uintptr_t tcb = (uintptr_t)entry->thread;
    struct range stack = {entry->stack_start, entry->stack_end};
    bool is_joined = entry->state == THREAD_ENTRY_JOINED && !entry->stack_given;
    if (entry->state != THREAD_ENTRY_ENDED && !is_joined)
        return false;
    if (!holds(&stack, tcb) || !looks_like_control_block(tcb))
        return false;
    for (uint32_t i = 0; i < snapshot->thread_count; i++)
        if (snapshot->threads[i].tcb == tcb || holds(&stack, snapshot->threads[i].sp))
            return false;
    return true;
}
