/*
 * One step up the stack, by the rule of the frame's code. All that unwinding needs of the registers
 * is the program counter, the stack pointer and rbp, because nothing else ever appears in a rule.
 * With each caller the step says which words it was read from, and these words determine it: if
 * they are unchanged, so is the caller. On that rest preload/trace.h and
 * preload/stack_memo.h.
 *
 * Runs anywhere. A few nanoseconds a step when the rule is cached.
 */
#ifndef CAULK_UNWIND_H
#define CAULK_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/rule_cache.h"
#include "preload/stack_reader.h"
#include "preload/unwind_rule.h"

struct unwind_frame {
    uintptr_t pc, sp, bp; /* after the callee's return, or where the frame was interrupted */
    uintptr_t pc_slot;    /* addresses of the words they were read from; */
    uintptr_t sp_slot;    /* 0: computed from the callee's state */
    uintptr_t bp_slot;    /* 0: the callee's value, unchanged */
    uint32_t rule;        /* how to go on from here */
    bool interrupted;     /* by a signal: pc is the next instruction, not a return address */
};

enum unwind_result {
    UNWIND_STEPPED,
    UNWIND_GUESSED, /* stepped, by frame pointer, because no tables describe the frame's code */
    UNWIND_END,     /* the outermost frame: tables say so, or no caller can follow */
    UNWIND_LOST,    /* a word that is needed can't be read, or the stack doesn't ascend */
    UNWIND_FULL,    /* only the full interpreter can go on */
};

/* Could there be code? User space ends at 2^47; in the first page nothing is mapped. */
static inline bool unwind_is_address(uintptr_t pc)
{
    return pc - 4096 < ((uintptr_t)1 << 47) - 4096;
}

/* Where the frame's rule is looked up. */
static inline uintptr_t unwind_place(const struct unwind_frame *frame)
{
    return frame->pc - !frame->interrupted;
}

/* The address by which a frame goes into stacks: that address minus one lies in its code. */
static inline uintptr_t unwind_address(const struct unwind_frame *frame)
{
    return frame->pc + (frame->interrupted || unwind_rule_kind(frame->rule) == UNWIND_SIGNAL);
}

/* Does stepping from this frame depend on its rbp? */
static inline bool unwind_needs_bp(const struct unwind_frame *frame)
{
    enum unwind_kind kind = unwind_rule_kind(frame->rule);
    return kind == UNWIND_FROM_BP || kind == UNWIND_AT_BP || kind == UNWIND_NONE ||
           unwind_rule_bp(frame->rule) == UNWIND_BP_AT_BP;
}

/* Completes a frame of which pc, sp, bp and interrupted are set: looks up its rule. With fresh
 * nothing cached is believed or kept. */
void unwind_arrive(struct unwind_frame *frame, bool fresh);

/* As unwind_step(), for any rule. */
enum unwind_result unwind_step_slowly(const struct unwind_frame *frame, struct stack_reader *reader,
                                      bool fresh, struct unwind_frame *ret_caller);

/* The ordinary step: a cached rule, CFA from a register, everything on the thread's own stack.
 * False where something isn't so; nothing has happened then. */
static inline bool unwind_step_fast(const struct unwind_frame *frame,
                                    const struct stack_reader *reader,
                                    struct unwind_frame *ret_caller)
{
    uint32_t rule = frame->rule;
    enum unwind_kind kind = unwind_rule_kind(rule);
    enum unwind_bp bp = unwind_rule_bp(rule);
    uintptr_t base = kind == UNWIND_FROM_SP ? frame->sp : frame->bp;
    uintptr_t cfa = base + (uintptr_t)unwind_rule_cfa_offset(rule);
    uintptr_t bp_slot = cfa - unwind_rule_bp_below_cfa(rule); /* below the CFA even where unused */
    if ((kind != UNWIND_FROM_SP && kind != UNWIND_FROM_BP) || bp == UNWIND_BP_AT_BP || (cfa & 7) ||
        cfa <= frame->sp || bp_slot < frame->sp || !stack_reader_owns(reader, frame->sp) ||
        !stack_reader_owns(reader, cfa - 1))
        return false;
    uintptr_t pc = *(const uintptr_t *)(cfa - 8);
    uint32_t next = rule_cache_get(pc - 1);
    if (!unwind_is_address(pc) || next == UNWIND_NONE)
        return false;
    ret_caller->pc = pc;
    ret_caller->sp = cfa;
    ret_caller->bp = *(bp == UNWIND_BP_SAME ? &frame->bp : (const uintptr_t *)bp_slot);
    ret_caller->pc_slot = cfa - 8;
    ret_caller->sp_slot = 0;
    ret_caller->bp_slot = bp == UNWIND_BP_SAME ? 0 : bp_slot;
    ret_caller->rule = next;
    ret_caller->interrupted = false;
    return true;
}

/* The frame's caller, complete with its rule. Where the result is UNWIND_END because of what lies
 * in a return address's place, ret_caller->pc_slot and pc say where and what; else pc_slot is 0. */
static inline enum unwind_result unwind_step(const struct unwind_frame *frame,
                                             struct stack_reader *reader, bool fresh,
                                             struct unwind_frame *ret_caller)
{
    if (__builtin_expect(!fresh, 1) && unwind_step_fast(frame, reader, ret_caller))
        return UNWIND_STEPPED;
    return unwind_step_slowly(frame, reader, fresh, ret_caller);
}

#endif
