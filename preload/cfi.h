/*
 * Call frame information: what .eh_frame says about one place in the code. How to find the
 * canonical frame address (CFA: the stack pointer before the call that made this frame) and where
 * the caller's registers were saved.
 *
 * Format: DWARF 5 section 6.4, and the Linux Standard Base's chapter on .eh_frame and
 * .eh_frame_hdr. Runs anywhere; uses less than 2 KB of stack; reads the tables only between the
 * bounds given.
 */
#ifndef CAULK_CFI_H
#define CAULK_CFI_H

#include <stdbool.h>
#include <stdint.h>

/* DWARF's numbers of the x86-64 registers that unwinding follows. */
enum cfi_register {
    CFI_RAX,
    CFI_RDX,
    CFI_RCX,
    CFI_RBX,
    CFI_RSI,
    CFI_RDI,
    CFI_RBP,
    CFI_RSP,
    CFI_RIP = 16, /* the return address column */
    CFI_REGISTERS
};

/* A module's tables. */
struct cfi_tables {
    uintptr_t start, end; /* the module's mapping: everything read lies in it */
    const uint8_t *eh_frame_hdr;
};

enum cfi_how {
    CFI_SAME,          /* the caller's value is what the register holds */
    CFI_UNDEFINED,     /* lost; of CFI_RIP: this is the outermost frame */
    CFI_AT_OFFSET,     /* saved at CFA + value */
    CFI_IS_OFFSET,     /* is CFA + value */
    CFI_IN_REGISTER,   /* is in register `value` */
    CFI_AT_EXPRESSION, /* saved where an expression says; value: its offset from `base` */
    CFI_IS_EXPRESSION,
};

struct cfi_row {
    const uint8_t *base; /* expressions are a ULEB128 length and as many bytes, at base + value */
    bool signal_frame;   /* the caller was interrupted: its address is exact */
    bool cfa_is_expression;
    uint8_t cfa_register;
    int32_t cfa_offset; /* CFA = register + offset; or where its expression is */
    uint8_t how[CFI_REGISTERS];
    int32_t value[CFI_REGISTERS];
};

/* The row in force at address; false where the tables don't describe it, or not understandably. */
bool cfi_find_row(const struct cfi_tables *tables, uintptr_t address, struct cfi_row *ret_row);

#endif
