/*
 * How to step from a frame to its caller, in 32 bits. Nearly every row of unwind information that
 * compilers write fits: the CFA is rsp or rbp plus an offset, or lies where rbp minus an offset
 * points (frames realigned for vectors); the return address is right below the CFA; and rbp, the
 * only other register on which a later CFA may depend, is unchanged, or saved below the CFA, or (in
 * realigned frames) where it points. 99.95 % of the rows of Debian's libraries are like that.
 *
 *   bits  0-2   enum unwind_kind
 *   bits  3-4   enum unwind_bp
 *   bits  5-13  rbp is saved this many words below the CFA
 *   bits 14-31  offset of the CFA in words, signed
 */
#ifndef CAULK_UNWIND_RULE_H
#define CAULK_UNWIND_RULE_H

#include <stdint.h>

#include "preload/cfi.h"

enum unwind_kind {
    UNWIND_NONE,      /* 0: no rule; also what a cache says that doesn't hold one */
    UNWIND_FROM_SP,   /* CFA = rsp + offset */
    UNWIND_FROM_BP,   /* CFA = rbp + offset */
    UNWIND_AT_BP,     /* CFA = *(rbp + offset) */
    UNWIND_SIGNAL,    /* a signal handler's return: the registers lie in the ucontext at rsp */
    UNWIND_OUTERMOST, /* nobody called this */
    UNWIND_OTHER,     /* needs the full interpreter (preload/unwind_full.h) */
};

enum unwind_bp {
    UNWIND_BP_SAME,
    UNWIND_BP_BELOW_CFA,
    UNWIND_BP_AT_BP,
};

/* Where the kernel puts the interrupted code's registers, from the ucontext's start. */
#define UCONTEXT_RBP 120
#define UCONTEXT_RSP 160
#define UCONTEXT_RIP 168

/* Never UNWIND_NONE. */
uint32_t unwind_rule_from_row(const struct cfi_row *row);

static inline enum unwind_kind unwind_rule_kind(uint32_t rule)
{
    return (enum unwind_kind)(rule & 7);
}

static inline enum unwind_bp unwind_rule_bp(uint32_t rule)
{
    return (enum unwind_bp)(rule >> 3 & 3);
}

static inline uintptr_t unwind_rule_bp_below_cfa(uint32_t rule)
{
    return (uintptr_t)(rule >> 5 & 0x1ff) * 8;
}

static inline intptr_t unwind_rule_cfa_offset(uint32_t rule)
{
    return (intptr_t)((int32_t)rule >> 14) * 8;
}

#endif
