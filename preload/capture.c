/*
 * The way from a start state to a stack node: the thread's memo, else a walk that joins the
 * thread's previous stack, else a plain walk.
 *
 * A signal handler may allocate while this thread is in here. What only looks things up in the memo
 * is safe then, because a layout that is about to be overwritten is not used. What changes it takes
 * a turn: a handler that finds another's turn under way walks plainly. siglongjmp may leave a turn
 * unfinished; the next call from further up the thread's own stack then knows that it is over.
 * Should that be wrong (a handler whose signal stack is an array in that stack), the interrupted
 * one finds at its end that there has been another turn, forgets everything and walks plainly too.
 */
#include "preload/capture.h"

#include <stdatomic.h>

#include "libcaulk/dump_format.h"
#include "preload/rule_cache.h"
#include "preload/stack_memo.h"
#include "preload/stack_table.h"
#include "preload/thread.h"
#include "preload/unwind.h"
#include "preload/unwind_full.h"
#include "preload/unwind_tables.h"

static struct stack_table *_Atomic stacks;

/* The node that stands for outer frames that were not recorded, once it is made. */
static _Atomic uint32_t not_recorded;

/* What may be believed: modules being unloaded (bits 0-15) and loaded (16-31) right now, and how
 * often that has ended. A memo holds what was made in one epoch without either. */
static _Atomic uint64_t epoch;

#define EPOCH_UNLOADING 0xffffull
#define EPOCH_CHANGING 0xffffffffull
#define EPOCH_ONE_UNLOADING 1ull
#define EPOCH_ONE_LOADING (1ull << 16)
#define EPOCH_NEXT (1ull << 32)

void capture_init(struct stack_table *table)
{
    unwind_tables_init();
    not_recorded = 0;
    stacks = table;
}

unsigned capture_stack(const struct capture_start *start, unsigned limit, uintptr_t *ret_pcs)
{
    struct stack_reader reader = {0};
    bool fresh = (epoch & EPOCH_UNLOADING) != 0;
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
        if (result == UNWIND_FULL)
            return unwind_full(start, limit, &reader, ret_pcs);
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

/* Without memory of other stacks. */
__attribute__((noinline)) static uint32_t capture_plainly(const struct capture_start *start,
                                                          unsigned depth, struct stack_table *table)
{
    uintptr_t pcs[CAPTURE_DEPTH_MAX];
    return intern(table, pcs, capture_stack(start, depth, pcs));
}

/* Is somebody else's turn under way, further out in this thread? */
static bool turn_is_taken(const struct stack_memo *memo, uintptr_t sp)
{
    uintptr_t taken = memo->turn_sp;
    return taken && !(sp > taken && stack_reader_owns(&memo->reader, taken) &&
                      stack_reader_owns(&memo->reader, sp));
}

/* Has a handler had a turn within this one? Then nothing in the memo fits together. */
static bool turn_is_over(const struct stack_memo *memo, uint64_t turn)
{
    atomic_signal_fence(memory_order_seq_cst);
    return *(const volatile uint64_t *)&memo->turn != turn;
}

/* The trace's stack, by its addresses and, where they determine it, by the words it was read from.
 * All threads see what is put into the path cache, so it has to fit together. */
static void remember(struct stack_memo *memo, bool by_words, struct path_cache *paths,
                     uint64_t turn)
{
    const struct trace *trace = &memo->trace;
    uint32_t node = trace->node;
    struct path_hash addresses = trace_hash(trace, &paths->keys), words;
    by_words = by_words && stack_memo_put(memo, trace, &paths->keys, &words);
    if (turn_is_over(memo, turn))
        return;
    path_cache_put(paths, addresses, node);
    if (by_words)
        path_cache_put(paths, words, node);
}

static uint32_t capture_in_turn(struct stack_memo *memo, const struct capture_start *start,
                                unsigned depth, struct stack_table *table, uint64_t turn)
{
    enum trace_result result = trace_follow(&memo->trace, start, depth, &memo->reader, table);
    if (result == TRACE_NEEDS_FULL)
        return capture_plainly(start, depth, table);
    if (result == TRACE_FAILED || memo->trace.count == 0)
        return 0;
    remember(memo, result == TRACE_KNOWN, &table->paths, turn);
    if (result == TRACE_UNSURE)
        memo->trace.count = 0;
    return memo->trace.node;
}

static uint32_t capture_with_memo(struct stack_memo *memo, const struct capture_start *start,
                                  unsigned depth, struct stack_table *table, uint64_t now)
{
    uint64_t turn = ++memo->turn;
    memo->turn_sp = start->sp;
    atomic_signal_fence(memory_order_seq_cst);
    if (memo->epoch != now || memo->depth != depth) {
        stack_memo_reset(memo);
        memo->epoch = now;
        memo->depth = depth;
    }
    uint32_t node = capture_in_turn(memo, start, depth, table, turn);
    atomic_signal_fence(memory_order_seq_cst);
    memo->turn_sp = 0;
    if (!turn_is_over(memo, turn))
        return node;
    stack_memo_reset(memo);
    return capture_plainly(start, depth, table);
}

__attribute__((noinline)) static uint32_t capture_slowly(const struct capture_start *start,
                                                         unsigned depth)
{
    struct stack_table *table = stacks;
    if (!table)
        return 0;
    struct stack_memo *memo = thread_self.memo;
    if (!memo && !thread_self.dying)
        memo = thread_self.memo = stack_memo_create();
    uint64_t now = epoch;
    if (!memo || (now & EPOCH_CHANGING) || turn_is_taken(memo, start->sp))
        return capture_plainly(start, depth, table);
    return capture_with_memo(memo, start, depth, table, now);
}

uint32_t capture_site(const struct capture_start *start, unsigned depth)
{
    struct stack_memo *memo = thread_self.memo;
    if (memo && memo->epoch == atomic_load_explicit(&epoch, memory_order_relaxed) &&
        memo->depth == depth) {
        uint32_t node = stack_memo_find(memo, start, &stacks->paths);
        if (node)
            return node;
    }
    return capture_slowly(start, depth);
}

uint32_t capture_caller(const struct capture_start *start)
{
    struct stack_table *table = stacks;
    uint32_t outer = not_recorded;
    if (!outer && table)
        not_recorded = outer = stack_table_intern(table, 0, DUMP_PC_NOT_RECORDED);
    return outer ? stack_table_intern(table, outer, start->pc) : 0;
}

void capture_unload_begin(void)
{
    atomic_fetch_add(&epoch, EPOCH_ONE_UNLOADING);
}

void capture_unload_end(void)
{
    unwind_tables_refresh();
    rule_cache_clear();
    atomic_fetch_add(&epoch, EPOCH_NEXT - EPOCH_ONE_UNLOADING);
}

void capture_load_begin(void)
{
    atomic_fetch_add(&epoch, EPOCH_ONE_LOADING);
}

void capture_load_end(void)
{
    unwind_tables_refresh();
    atomic_fetch_add(&epoch, EPOCH_NEXT - EPOCH_ONE_LOADING);
}
