/* See preload/recorder.h. */
#include "preload/recorder.h"

#include <stdatomic.h>
#include <time.h>

#include "libcaulk/dump_format.h"
#include "preload/annotations.h"
#include "preload/block_slot.h"
#include "preload/counters.h"
#include "preload/pending.h"
#include "preload/python_code.h"
#include "preload/python_frames.h"
#include "preload/sampler.h"
#include "preload/thread.h"
#include "preload/thread_state.h"
#include "preload/tracker.h"

/* A tick is a quarter of a second, and a clock costs as much as half a malloc. So it is read for
 * every eighth block only; in between, a look at the second (a load in the vDSO) keeps the tick of
 * a thread that allocates rarely from growing old. The same blocks tell the table where the heap
 * has grown: the path that all take has nothing added to it. */
#define BIRTHS_PER_CLOCK 8u

/* Blocks of which many share a page of slots. */
#define SMALL_BYTES 1024u

static __thread struct {
    time_t second;
    uint32_t left;
    uint32_t tick;
} clock_cache;

static __thread struct sampler sampler;

static inline uint32_t birth_tick(const void *block, size_t bytes)
{
    time_t second = time(NULL);
    if (__builtin_expect(clock_cache.left == 0 || clock_cache.second != second, 0)) {
        clock_cache.second = second;
        clock_cache.left = BIRTHS_PER_CLOCK;
        clock_cache.tick = tracker_tick();
        if (bytes <= SMALL_BYTES)
            block_table_grown(&tracker.blocks, (uintptr_t)block);
    }
    clock_cache.left--;
    uint32_t floor = atomic_load_explicit(&tracker.tick_floor, memory_order_relaxed);
    return clock_cache.tick > floor ? clock_cache.tick : floor;
}

static bool has_full_stack(size_t bytes)
{
    const struct options *options = &tracker.options;
    return options->stacks == DUMP_STACKS_FULL ||
           (options->stacks == DUMP_STACKS_SAMPLED &&
            sampler_take(&sampler, bytes, options->interval_bytes));
}

__attribute__((noinline)) static uint32_t other_site(const struct capture_start *start,
                                                     size_t bytes)
{
    unsigned depth = tracker.options.depth;
    if (!has_full_stack(bytes))
        return capture_caller(start);
    return python_frames_join(&tracker.stacks, capture_site(start, depth), depth);
}

uint32_t recorder_site(const struct capture_start *start, size_t bytes)
{
    if (__builtin_expect(tracker.plain_sites, 1))
        return capture_site(start, tracker.options.depth);
    return other_site(start, bytes);
}

/* Keeps the start state's memory out of the functions that end in a tail call. */
__attribute__((noinline)) static uint32_t site_of(uintptr_t pc, uintptr_t sp, uintptr_t bp,
                                                  size_t bytes)
{
    return recorder_site(&(struct capture_start){pc, sp, bp}, bytes);
}

/* False where it cannot be recorded. */
__attribute__((noinline)) static bool insert_slowly(const void *block, size_t bytes, uint32_t stack,
                                                    uint32_t birth)
{
    if (!block_table_reaches((uintptr_t)block, bytes)) {
        tracker.dropped_blocks++;
        return false;
    }
    recorder_put_back(&(struct block){(uintptr_t)block, bytes, stack, birth});
    return true;
}

__attribute__((always_inline)) static inline void born(const void *block, size_t bytes,
                                                       uintptr_t pc, uintptr_t sp, uintptr_t bp)
{
    uint64_t *slot = slot_plain(&tracker.blocks, (uintptr_t)block);
    __builtin_prefetch(slot, 1); /* it comes near while the stack is looked for */
    if (__builtin_expect(!thread_self.counters, 0))
        thread_state_acquire();
    uint32_t stack = site_of(pc, sp, bp, bytes);
    uint32_t birth = birth_tick(block, bytes);
    if (block_slot_fill(&tracker.blocks, slot, (uintptr_t)block, bytes, stack, birth) ||
        insert_slowly(block, bytes, stack, birth))
        counters_allocated(bytes);
}

void recorder_born(const void *block, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t bp)
{
    born(block, bytes, pc, sp, bp);
}

void *recorder_give(void *block, size_t bytes, uintptr_t outer, uintptr_t pc, uintptr_t sp,
                    uintptr_t bp)
{
    if (__builtin_expect(tracker_on() || tracker_try_start(), 1))
        born(block, bytes, pc, sp, bp);
    thread_leave(outer);
    return pending_check(block);
}

void recorder_put_back(const struct block *block)
{
    if (__builtin_expect(!block_table_insert(&tracker.blocks, block), 0))
        tracker_fail("no memory for the table of blocks");
}

bool recorder_take(const void *block, struct block *ret_block)
{
    return block_table_remove(&tracker.blocks, (uintptr_t)block, ret_block);
}

static inline bool is_watched(size_t bytes)
{
    return bytes >= atomic_load_explicit(&tracker.watched_bytes, memory_order_relaxed);
}

/* Whatever was known of a block that goes, unless it is realloc's and stays where it is. */
__attribute__((noinline)) static void tell_watchers(uintptr_t block, size_t bytes)
{
    if (annotations_any())
        annotations_forget(block, bytes);
    python_code_forget(block);
}

void recorder_bury(const struct block *block, const void *successor)
{
    counters_freed(block->bytes);
    if (__builtin_expect(is_watched(block->bytes), 0) && (uintptr_t)successor != block->address)
        tell_watchers(block->address, block->bytes);
}

__attribute__((noinline)) static bool gone_slowly(const void *block)
{
    struct block gone;
    if (!recorder_take(block, &gone))
        return false;
    recorder_bury(&gone, NULL);
    return true;
}

bool recorder_gone(const void *block)
{
    size_t bytes;
    if (!block_slot_clear(&tracker.blocks, (uintptr_t)block, &bytes))
        return gone_slowly(block);
    counters_freed(bytes);
    if (__builtin_expect(is_watched(bytes), 0))
        tell_watchers((uintptr_t)block, bytes);
    return true;
}
