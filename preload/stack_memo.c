/*
 * Making and remembering entries. A signal handler may interrupt stack_memo_put() and look
 * something up, so the order of stores matters: an entry is taken out before it changes, and the
 * head passes the old words before new ones replace them.
 */
#include "preload/stack_memo.h"

#include "preload/pages.h"

#define WORDS_PER_FRAME 3

struct coder {
    uint64_t *at;
    uintptr_t slot; /* of the last word */
    bool failed;
};

struct stack_memo *stack_memo_create(void)
{
    struct stack_memo *memo = pages_map(sizeof(struct stack_memo));
    if (memo)
        stack_memo_reset(memo);
    return memo;
}

void stack_memo_destroy(struct stack_memo *memo)
{
    pages_unmap(memo, sizeof(*memo));
}

void stack_memo_reset(struct stack_memo *memo)
{
    memo->head += STACK_MEMO_WORDS + 1;
    memo->trace.count = 0;
}

static void code_word(struct coder *coder, uintptr_t slot, uintptr_t value)
{
    int64_t distance = (int64_t)(slot - coder->slot) / 8;
    if (distance != (int16_t)distance || value >> (STACK_MEMO_VALUE_BITS - 1))
        coder->failed = true;
    *coder->at++ = (uint64_t)distance << STACK_MEMO_VALUE_BITS | value;
    coder->slot = slot;
}

/* In the order in which a walk reads them: where a word is follows from those before it. */
static void code_words(struct coder *coder, const struct trace *trace)
{
    for (unsigned i = trace->count - 1; i > 0 && !coder->failed; i--) {
        const struct unwind_frame *caller = &trace->frames[i - 1].frame;
        if (caller->sp_slot)
            code_word(coder, caller->sp_slot, caller->sp);
        if (trace->frames[i - 1].bp_needed && caller->bp_slot)
            code_word(coder, caller->bp_slot, caller->bp);
        code_word(coder, caller->pc_slot, caller->pc);
    }
    if (trace->end_slot)
        code_word(coder, trace->end_slot, trace->end_value);
}

static void set_entry(struct stack_memo_entry *place, struct stack_memo_entry entry)
{
    uint32_t node = entry.node;
    place->node = entry.node = 0;
    atomic_signal_fence(memory_order_seq_cst);
    *place = entry;
    atomic_signal_fence(memory_order_seq_cst);
    place->node = node;
}

/* Where as many words fit in one piece. */
static uint64_t reserve(struct stack_memo *memo, unsigned words)
{
    uint64_t position = memo->head, used = position % STACK_MEMO_WORDS;
    if (used + words > STACK_MEMO_WORDS)
        position += STACK_MEMO_WORDS - used;
    memo->head = position + words;
    atomic_signal_fence(memory_order_seq_cst);
    return position;
}

void stack_memo_put(struct stack_memo *memo, const struct trace *trace)
{
    const struct trace_frame *start = &trace->frames[trace->count - 1];
    unsigned words_at_most = trace->count * WORDS_PER_FRAME + 1;
    uint64_t position = reserve(memo, words_at_most);
    uint64_t *words = &memo->words[position % STACK_MEMO_WORDS];
    struct coder coder = {words, start->frame.sp, false};
    code_words(&coder, trace);
    if (coder.failed)
        return;
    struct stack_memo_entry *set = stack_memo_set(memo, start->frame.pc, start->frame.sp);
    set_entry(&set[1], set[0]);
    set_entry(&set[0], (struct stack_memo_entry){
                           .pc = start->frame.pc,
                           .sp = start->frame.sp,
                           .bp = start->frame.bp,
                           .position = position,
                           .node = start->node,
                           .count = (uint16_t)(coder.at - words),
                           .bp_needed = start->bp_needed,
                       });
    memo->head = position + (uint64_t)(coder.at - words) + 1;
}
