/*
 * DWARF expressions, as far as unwind tables use them (DWARF 5, section 2.5): a small stack machine
 * over registers and memory. Runs anywhere; reads memory through a stack reader only.
 */
#ifndef CAULK_DWARF_EXPRESSION_H
#define CAULK_DWARF_EXPRESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/byte_cursor.h"
#include "preload/cfi.h"
#include "preload/stack_reader.h"

struct registers {
    uintptr_t value[CFI_REGISTERS];
    uint32_t known; /* bit n: register n */
};

/* What the expression leaves on top. It starts with *initial on the stack, where that is not NULL.
 * False for an operation that isn't known, a register or memory that can't be read, and what runs
 * too long. */
bool dwarf_expression_evaluate(struct byte_cursor expression, const struct registers *registers,
                               const uintptr_t *initial, struct stack_reader *reader,
                               uintptr_t *ret_value);

#endif
