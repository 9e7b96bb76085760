/* See preload/recorder.h. */
#include "preload/recorder.h"

#include "libcaulk/dump_format.h"
#include "preload/annotations.h"
#include "preload/counters.h"
#include "preload/sampler.h"
#include "preload/thread.h"
#include "preload/thread_state.h"
#include "preload/tracker.h"

static __thread struct sampler sampler;

uint32_t recorder_site(const struct capture_start *start, size_t bytes)
{
    const struct options *options = &tracker.options;
    if (__builtin_expect(options->stacks != DUMP_STACKS_FULL, 0)) {
        if (options->stacks == DUMP_STACKS_CALLER ||
            !sampler_take(&sampler, bytes, options->interval_bytes))
            return capture_caller(start);
    }
    return capture_site(start, options->depth);
}

void recorder_born(const void *block, size_t bytes, uintptr_t pc, uintptr_t sp, uintptr_t bp)
{
    const struct capture_start start = {pc, sp, bp};
    if (__builtin_expect(!thread_self.counters, 0))
        thread_state_acquire();
    struct block record = {
        .address = (uintptr_t)block,
        .bytes = bytes,
        .stack = recorder_site(&start, bytes),
        .birth = tracker.options.memory_low ? 0 : tracker_tick(),
    };
    recorder_put_back(&record);
    counters_allocated(bytes);
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

void recorder_bury(const struct block *block, const void *successor)
{
    counters_freed(block->bytes);
    if (__builtin_expect(annotations_any(), 0) && (uintptr_t)successor != block->address)
        annotations_forget(block->address, block->bytes);
}

bool recorder_gone(const void *block)
{
    struct block gone;
    if (!recorder_take(block, &gone))
        return false;
    recorder_bury(&gone, NULL);
    return true;
}
