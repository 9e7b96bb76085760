/*
 * Steps by rule. A frame that was left by a call is looked up at its return address minus one,
 * because a call may be its function's last instruction; one that a signal interrupted, at the
 * very address.
 *
 * Code without tables (generated at run time, hand-written) may still keep a frame pointer: if rbp
 * points up the stack, near, at a frame pointer and a plausible return address, that is followed.
 */
#include "preload/unwind.h"

#include "preload/unwind_tables.h"

#define GUESS_REACH_BYTES (1u << 20) /* no larger frame is believed in generated code */

static uint32_t rule_from_tables(uintptr_t address)
{
    struct cfi_tables tables;
    struct cfi_row row;
    if (!unwind_tables_find(address, &tables) || !cfi_find_row(&tables, address, &row))
        return UNWIND_NONE;
    return unwind_rule_from_row(&row);
}

static uint32_t rule_for(uintptr_t address, bool fresh)
{
    uint32_t rule = fresh ? UNWIND_NONE : rule_cache_get(address);
    if (__builtin_expect(rule != UNWIND_NONE, 1))
        return rule;
    rule = rule_from_tables(address);
    if (rule != UNWIND_NONE && !fresh)
        rule_cache_put(address, rule);
    return rule;
}

void unwind_arrive(struct unwind_frame *frame, bool fresh)
{
    frame->rule = rule_for(unwind_place(frame), fresh);
}

static enum unwind_result step_by_guess(const struct unwind_frame *frame,
                                        struct stack_reader *reader, struct unwind_frame *caller)
{
    uintptr_t bp = frame->bp;
    if (bp < frame->sp || bp - frame->sp > GUESS_REACH_BYTES)
        return UNWIND_END;
    if (!stack_reader_word(reader, bp, STACK_BY_GUESS, &caller->bp) ||
        !stack_reader_word(reader, bp + 8, STACK_BY_GUESS, &caller->pc))
        return UNWIND_LOST;
    caller->pc_slot = bp + 8;
    caller->bp_slot = bp;
    caller->sp = bp + 16;
    return unwind_is_address(caller->pc) ? UNWIND_GUESSED : UNWIND_END;
}

static enum unwind_result step_over_signal(const struct unwind_frame *frame,
                                           struct stack_reader *reader, struct unwind_frame *caller)
{
    caller->pc_slot = frame->sp + UCONTEXT_RIP;
    caller->sp_slot = frame->sp + UCONTEXT_RSP;
    caller->bp_slot = frame->sp + UCONTEXT_RBP;
    caller->interrupted = true;
    if (!stack_reader_word(reader, caller->pc_slot, STACK_BY_TABLES, &caller->pc) ||
        !stack_reader_word(reader, caller->sp_slot, STACK_BY_TABLES, &caller->sp) ||
        !stack_reader_word(reader, caller->bp_slot, STACK_BY_TABLES, &caller->bp))
        return UNWIND_LOST;
    return unwind_is_address(caller->pc) ? UNWIND_STEPPED : UNWIND_END;
}

/* CFA is known: the return address lies below it, and rbp where the rule says. */
static enum unwind_result step_to_cfa(const struct unwind_frame *frame, uintptr_t cfa,
                                      struct stack_reader *reader, struct unwind_frame *caller)
{
    if (cfa <= frame->sp || !stack_reader_word(reader, cfa - 8, STACK_BY_TABLES, &caller->pc))
        return UNWIND_LOST;
    caller->pc_slot = cfa - 8;
    caller->sp = cfa;
    switch (unwind_rule_bp(frame->rule)) {
    case UNWIND_BP_SAME:
        caller->bp = frame->bp;
        break;
    case UNWIND_BP_BELOW_CFA:
        caller->bp_slot = cfa - unwind_rule_bp_below_cfa(frame->rule);
        break;
    case UNWIND_BP_AT_BP:
        caller->bp_slot = frame->bp;
        break;
    }
    if (caller->bp_slot &&
        !stack_reader_word(reader, caller->bp_slot, STACK_BY_TABLES, &caller->bp))
        return UNWIND_LOST;
    return unwind_is_address(caller->pc) ? UNWIND_STEPPED : UNWIND_END;
}

enum unwind_result unwind_step_slowly(const struct unwind_frame *frame, struct stack_reader *reader,
                                      bool fresh, struct unwind_frame *ret_caller)
{
    struct unwind_frame caller = {0};
    enum unwind_result result = UNWIND_LOST;
    intptr_t offset = unwind_rule_cfa_offset(frame->rule);
    switch (unwind_rule_kind(frame->rule)) {
    case UNWIND_FROM_SP:
        result = step_to_cfa(frame, frame->sp + offset, reader, &caller);
        break;
    case UNWIND_FROM_BP:
        result = step_to_cfa(frame, frame->bp + offset, reader, &caller);
        break;
    case UNWIND_AT_BP:
        caller.sp_slot = frame->bp + offset;
        if (stack_reader_word(reader, caller.sp_slot, STACK_BY_TABLES, &caller.sp))
            result = step_to_cfa(frame, caller.sp, reader, &caller);
        break;
    case UNWIND_SIGNAL:
        result = step_over_signal(frame, reader, &caller);
        break;
    case UNWIND_OUTERMOST:
        result = UNWIND_END;
        break;
    case UNWIND_OTHER:
        return UNWIND_FULL;
    case UNWIND_NONE:
        result = step_by_guess(frame, reader, &caller);
        break;
    }
    if (result == UNWIND_STEPPED || result == UNWIND_GUESSED)
        unwind_arrive(&caller, fresh);
    *ret_caller = caller;
    return result;
}
