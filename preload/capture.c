/*
 * The way from a start state to a stack node: walk, then intern from the outermost frame inwards.
 */
#include "preload/capture.h"

#include <stdatomic.h>
#include <stddef.h>

#include "libcaulk/dump_format.h"
#include "preload/rule_cache.h"
#include "preload/stack_table.h"
#include "preload/unwind.h"
#include "preload/unwind_tables.h"

static struct stack_table *_Atomic stacks;

/* Modules being unloaded right now in the low half, finished unloadings above. */
static _Atomic uint64_t unloads;

#define UNLOADS_RUNNING 0xffffffffull
#define UNLOADS_FINISHED ((uint64_t)1 << 32)

void capture_init(struct stack_table *table)
{
    unwind_tables_init();
    stacks = table;
}

unsigned capture_stack(const struct capture_start *start, unsigned limit, uintptr_t *ret_pcs)
{
    struct stack_reader reader = {0};
    bool fresh = (unloads & UNLOADS_RUNNING) != 0;
    struct unwind_frame frame = {.pc = start->pc, .sp = start->sp, .bp = start->bp};
    unsigned count = 0;
    unwind_arrive(&frame, fresh);
    stack_reader_begin(&reader, start->sp);
    for (;;) {
        ret_pcs[count++] = unwind_address(&frame);
        if (count == limit)
            return count;
        struct unwind_frame caller;
        enum unwind_result result = unwind_step(&frame, &reader, fresh, &caller);
        if (result != UNWIND_STEPPED && result != UNWIND_GUESSED)
            return count;
        frame = caller;
    }
}

static uint32_t intern(struct stack_table *table, const uintptr_t *pcs, unsigned count)
{
    uint32_t node = stack_table_intern(table, 0, pcs[count - 1]);
    for (unsigned i = count - 1; node && i-- > 0;)
        node = stack_table_intern(table, node, pcs[i]);
    return node;
}

uint32_t capture_site(const struct capture_start *start, unsigned depth)
{
    struct stack_table *table = stacks;
    uintptr_t pcs[CAPTURE_DEPTH_MAX];
    if (!table)
        return 0;
    return intern(table, pcs, capture_stack(start, depth, pcs));
}

uint32_t capture_caller(const struct capture_start *start)
{
    struct stack_table *table = stacks;
    uint32_t outer = table ? stack_table_intern(table, 0, DUMP_PC_NOT_RECORDED) : 0;
    return outer ? stack_table_intern(table, outer, start->pc) : 0;
}

void capture_unload_begin(void)
{
    atomic_fetch_add(&unloads, 1);
}

void capture_unload_end(void)
{
    unwind_tables_refresh();
    rule_cache_clear();
    atomic_fetch_add(&unloads, UNLOADS_FINISHED - 1);
}

void capture_load_begin(void)
{
}

void capture_load_end(void)
{
    unwind_tables_refresh();
}
