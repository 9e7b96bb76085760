/*
 * What threads hold: stacks from the stack pointer up, alternate signal stacks, saved registers,
 * thread-local storage. A stack pointer outside its thread's stack, or on the alternate one, means
 * a coroutine or a signal handler on another stack: then where the thread's own stack was left is
 * not known, and all of it counts.
 */
#include "preload/root_kinds.h"

#include "preload/fault_guard.h"
#include "preload/thread_memory.h"
#include "preload/thread_registry.h"

#define RED_ZONE_BYTES 128u
#define DTV_POINTER_OFFSET 8u /* in the thread control block */
#define DTV_HEAD_BYTES 16u    /* between its block's start and where the pointer points */

/* Of the thread vector: where one module's storage is, and which block it lies in, if in any. */
struct dtv_entry {
    uint64_t storage, block;
};

extern void *__libc_stack_end; /* of the loader: the main thread's first stack pointer */

static bool claim(struct dump_job *job, const struct range *range)
{
    return ranges_add(&job->claimed, range->start, range->end);
}

static uintptr_t read_dtv(uintptr_t tcb)
{
    uint64_t dtv;
    return tcb && fault_guard_copy(&dtv, tcb + DTV_POINTER_OFFSET, sizeof(dtv)) ? dtv : 0;
}

/* With a cached stack glibc keeps the blocks of thread-local storage of modules that were loaded
 * late. What the thread left in them is not kept. (Sizes are only told of what lies inside.) */
static bool forget_tls_blocks(struct dump_job *job, uintptr_t tcb)
{
    struct heap_place vector, block;
    uintptr_t dtv = read_dtv(tcb);
    if (!heap_blocks_find(&job->heap, dtv, &vector) || vector.offset != DTV_HEAD_BYTES)
        return true;
    const struct dtv_entry *end = (const struct dtv_entry *)(vector.address + vector.bytes);
    for (const struct dtv_entry *entry = (const struct dtv_entry *)dtv + 1; entry < end; entry++)
        if (entry->block && heap_blocks_find(&job->heap, entry->block + 1, &block) &&
            !ranges_add(&job->stale, block.address, block.address + block.bytes))
            return false;
    return true;
}

static bool claim_cached_stacks(struct dump_job *job)
{
    const struct thread_entry *entry;
    for (size_t cursor = 0; (entry = thread_registry_next(&cursor));)
        if (thread_memory_is_cached(job->snapshot, entry) &&
            (!ranges_add(&job->claimed, entry->stack_start, entry->stack_end) ||
             !forget_tls_blocks(job, (uintptr_t)entry->thread)))
            return false;
    return true;
}

static uintptr_t scanned_from(const struct snapshot_thread *thread)
{
    return thread->sp - (thread->red_zone ? RED_ZONE_BYTES : 0);
}

static bool holds(uintptr_t start, uintptr_t end, uintptr_t address)
{
    return address >= start && address <= end;
}

/* A handler may run on an alternate stack that lies in a frame of the thread's own stack. */
static bool is_on_altstack(const struct snapshot_thread *thread)
{
    return thread->altstack_end != 0 &&
           holds(thread->altstack_start, thread->altstack_end, thread->sp);
}

static const struct snapshot_thread *find_thread(const struct snapshot *snapshot, uintptr_t tcb)
{
    for (uint32_t i = 0; i < snapshot->thread_count; i++)
        if (snapshot->threads[i].tcb == tcb)
            return &snapshot->threads[i];
    return NULL;
}

/* What is below the stack pointer, where the program gave the stack: it may lie in a block or among
 * globals, where claiming it changes nothing. */
static bool leave_below(struct dump_job *job)
{
    const struct thread_entry *entry;
    for (size_t cursor = 0; (entry = thread_registry_next(&cursor));) {
        if (!entry->stack_given || entry->state != THREAD_ENTRY_RUNNING)
            continue;
        const struct snapshot_thread *thread = find_thread(job->snapshot, (uintptr_t)entry->thread);
        if (thread && holds(entry->stack_start, entry->stack_end, thread->sp) &&
            !is_on_altstack(thread) &&
            !ranges_add(&job->stale, entry->stack_start, scanned_from(thread)))
            return false;
    }
    return true;
}

/* The main thread's stack outlives it until the process ends, but pthread_exit() has run over what
 * was on it. What lies above its first frame, the environment, is everybody's. In a child that
 * another thread forked the stack is whole, and the child may well use what it was given there. */
static bool claim_ended_main(struct dump_job *job)
{
    uintptr_t end = (uintptr_t)__libc_stack_end;
    const struct mapping *mapping = maps_find(&job->maps, end);
    for (uint32_t i = 0; i < job->snapshot->thread_count; i++) {
        const struct snapshot_thread *thread = &job->snapshot->threads[i];
        if (thread->tid == job->snapshot->pid || !thread->stack_end)
            return true; /* it lives, or one that pthread_create did not start may be it */
    }
    return !mapping || !mapping_name_is(mapping, "[stack]") ||
           ranges_add(&job->claimed, mapping->start, end);
}

bool root_threads_claim(struct dump_job *job)
{
    for (uint32_t i = 0; i < job->snapshot->thread_count; i++) {
        const struct snapshot_thread *thread = &job->snapshot->threads[i];
        struct thread_memory memory = thread_memory_find(&job->maps, thread);
        if (!claim(job, &memory.stack) || !claim(job, &memory.tls) ||
            !ranges_add(&job->claimed, thread->altstack_start, thread->altstack_end))
            return false;
    }
    return leave_below(job) && claim_cached_stacks(job) && claim_ended_main(job);
}

static void scan_area(struct roots *roots, enum dump_root_kind kind, uint32_t owner,
                      uintptr_t start, uintptr_t end)
{
    const struct mapping *mapping = maps_find(&roots->job->maps, start);
    if (start >= end)
        return;
    roots_begin(roots, kind, owner, start, end);
    roots_scan(roots, start, end, mapping && !mapping->shared ? SCAN_TOUCHED : SCAN_ALL);
    roots_end(roots);
}

static void scan_stack(struct roots *roots, uint32_t owner, uintptr_t start, uintptr_t end)
{
    scan_area(roots, DUMP_ROOT_STACK, owner, start, end);
}

/* Where a stack ends that is nobody's own: with the block or the mapping that it lies in. */
static uintptr_t foreign_stack_end(const struct dump_job *job, uintptr_t sp)
{
    struct heap_place place;
    if (heap_blocks_find(&job->heap, sp, &place) && place.bytes > 0)
        return place.address + place.bytes;
    const struct mapping *mapping = maps_find(&job->maps, sp);
    return mapping ? mapping->end : sp;
}

static void scan_stacks(struct roots *roots, uint32_t owner, const struct snapshot_thread *thread,
                        const struct thread_memory *memory)
{
    uintptr_t start = scanned_from(thread);
    bool is_own = holds(memory->stack.start, memory->stack.end, thread->sp);
    if (thread->sp == 0 || (is_own && is_on_altstack(thread))) {
        scan_stack(roots, owner, memory->stack.start, memory->stack.end);
    } else if (is_own) {
        scan_stack(roots, owner, start, memory->stack.end);
    } else {
        scan_stack(roots, owner, start, foreign_stack_end(roots->job, thread->sp));
        scan_stack(roots, owner, memory->stack.start, memory->stack.end);
    }
}

/* The kernel has the pointer to where it begins, and sigaltstack() gives it back to who asks. */
static void scan_altstack(struct roots *roots, uint32_t owner, const struct snapshot_thread *thread)
{
    scan_area(roots, DUMP_ROOT_ALTSTACK, owner, thread->altstack_start, thread->altstack_end);
    roots_begin(roots, DUMP_ROOT_KERNEL, DUMP_NO_OWNER, 0, sizeof(uint64_t));
    roots_word(roots, thread->altstack_start, 0);
    roots_end(roots);
}

static void scan_words(struct roots *roots, const uint64_t *words, size_t count, size_t first)
{
    for (size_t i = 0; i < count; i++)
        roots_word(roots, words[i], (first + i) * sizeof(uint64_t));
}

static void scan_registers(struct roots *roots, uint32_t owner,
                           const struct snapshot_thread *thread)
{
    size_t count = thread->register_words + thread->vector_words;
    roots_begin(roots, DUMP_ROOT_REGISTERS, owner, 0, count * sizeof(uint64_t));
    if (thread->registers)
        scan_words(roots, thread->registers, thread->register_words, 0);
    if (thread->vector_registers)
        scan_words(roots, thread->vector_registers, thread->vector_words, thread->register_words);
    roots_end(roots);
}

/* The vector of a thread's TLS blocks, to which only a pointer behind its head leads. */
static void scan_dtv(struct roots *roots, uintptr_t tcb)
{
    uintptr_t slot = tcb + DTV_POINTER_OFFSET, dtv = read_dtv(tcb);
    if (!dtv)
        return;
    roots_begin(roots, DUMP_ROOT_RUNTIME, DUMP_NO_OWNER, slot, slot + sizeof(dtv));
    roots_whole(roots, dtv - DTV_HEAD_BYTES, 0);
    roots_end(roots);
}

void root_threads_scan(struct roots *roots)
{
    const struct snapshot *snapshot = roots->job->snapshot;
    for (uint32_t i = 0; i < snapshot->thread_count; i++) {
        const struct snapshot_thread *thread = &snapshot->threads[i];
        struct thread_memory memory = thread_memory_find(&roots->job->maps, thread);
        scan_stacks(roots, i, thread, &memory);
        scan_altstack(roots, i, thread);
        scan_registers(roots, i, thread);
        scan_area(roots, DUMP_ROOT_TLS, i, memory.tls.start, memory.tls.end);
        scan_dtv(roots, thread->tcb);
    }
}

static void scan_held(struct roots *roots, const void *held)
{
    roots_begin(roots, DUMP_ROOT_THREAD, DUMP_NO_OWNER, 0, sizeof(held));
    roots_word(roots, (uintptr_t)held, 0);
    roots_end(roots);
}

void root_registry_scan(struct roots *roots)
{
    const struct thread_entry *entry;
    for (size_t cursor = 0; (entry = thread_registry_next(&cursor));) {
        if (entry->state == THREAD_ENTRY_CREATED)
            scan_held(roots, entry->argument);
        if (entry->state == THREAD_ENTRY_ENDED && !entry->detached)
            scan_held(roots, entry->result);
        if (thread_memory_is_cached(roots->job->snapshot, entry))
            scan_dtv(roots, (uintptr_t)entry->thread);
    }
}
