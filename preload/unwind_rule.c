/*
 * From a row to a rule. Whatever is not exactly one of the shapes below is UNWIND_OTHER: a rule is
 * never an approximation.
 */
#include "preload/unwind_rule.h"

#include "preload/byte_cursor.h"

#define OP_BREG_RBP (0x70 + CFI_RBP)
#define OP_BREG_RSP (0x70 + CFI_RSP)
#define OP_DEREF 0x06

static uint32_t make(enum unwind_kind kind, enum unwind_bp bp, int64_t bp_words, int64_t cfa_words)
{
    return (uint32_t)kind | (uint32_t)bp << 3 | (uint32_t)bp_words << 5 | (uint32_t)cfa_words << 14;
}

/* Is the expression at base + offset just `register + *ret_addend`, or with deref what lies there?
 */
static bool is_register_plus(const struct cfi_row *row, int32_t offset, uint8_t op, bool deref,
                             int64_t *ret_addend)
{
    const uint8_t *start = row->base + offset;
    struct byte_cursor length = {start, start + 10, false};
    uint64_t bytes = byte_cursor_uleb(&length);
    if (bytes > 12)
        return false;
    struct byte_cursor cursor = {length.at, length.at + bytes, false};
    if (byte_cursor_unsigned(&cursor, 1) != op)
        return false;
    int64_t addend = byte_cursor_sleb(&cursor);
    if (deref && byte_cursor_unsigned(&cursor, 1) != OP_DEREF)
        return false;
    if (cursor.failed || byte_cursor_more(&cursor))
        return false;
    *ret_addend = addend;
    return true;
}

static bool is_saved_at_rsp_plus(const struct cfi_row *row, enum cfi_register reg, int64_t expected)
{
    int64_t addend;
    return row->how[reg] == CFI_AT_EXPRESSION &&
           is_register_plus(row, row->value[reg], OP_BREG_RSP, false, &addend) &&
           addend == expected;
}

/* glibc's __restore_rt: each register lies in the ucontext, at which rsp points. */
static bool is_signal_return(const struct cfi_row *row)
{
    int64_t addend;
    return row->signal_frame && row->cfa_is_expression &&
           is_register_plus(row, row->cfa_offset, OP_BREG_RSP, true, &addend) &&
           addend == UCONTEXT_RSP && is_saved_at_rsp_plus(row, CFI_RIP, UCONTEXT_RIP) &&
           is_saved_at_rsp_plus(row, CFI_RBP, UCONTEXT_RBP);
}

static bool convert_cfa(const struct cfi_row *row, enum unwind_kind *ret_kind, int64_t *ret_offset)
{
    if (row->cfa_is_expression) {
        *ret_kind = UNWIND_AT_BP;
        return is_register_plus(row, row->cfa_offset, OP_BREG_RBP, true, ret_offset);
    }
    *ret_kind = row->cfa_register == CFI_RSP ? UNWIND_FROM_SP : UNWIND_FROM_BP;
    *ret_offset = row->cfa_offset;
    return row->cfa_register == CFI_RSP || row->cfa_register == CFI_RBP;
}

static bool convert_bp(const struct cfi_row *row, enum unwind_bp *ret_bp, int64_t *ret_below)
{
    int64_t addend;
    *ret_below = 0;
    switch (row->how[CFI_RBP]) {
    case CFI_SAME:
        *ret_bp = UNWIND_BP_SAME;
        return true;
    case CFI_AT_OFFSET:
        *ret_bp = UNWIND_BP_BELOW_CFA;
        *ret_below = -(int64_t)row->value[CFI_RBP];
        return true;
    case CFI_AT_EXPRESSION:
        *ret_bp = UNWIND_BP_AT_BP;
        return is_register_plus(row, row->value[CFI_RBP], OP_BREG_RBP, false, &addend) && !addend;
    default:
        return false;
    }
}

uint32_t unwind_rule_from_row(const struct cfi_row *row)
{
    enum unwind_kind kind;
    enum unwind_bp bp;
    int64_t offset, below;
    if (row->how[CFI_RIP] == CFI_UNDEFINED)
        return make(UNWIND_OUTERMOST, UNWIND_BP_SAME, 0, 0);
    if (is_signal_return(row))
        return make(UNWIND_SIGNAL, UNWIND_BP_SAME, 0, 0);
    if (row->signal_frame || row->how[CFI_RIP] != CFI_AT_OFFSET || row->value[CFI_RIP] != -8 ||
        row->how[CFI_RSP] != CFI_SAME || !convert_cfa(row, &kind, &offset) ||
        !convert_bp(row, &bp, &below))
        return make(UNWIND_OTHER, UNWIND_BP_SAME, 0, 0);
    int64_t words = offset / 8, below_words = below / 8;
    if (offset % 8 || below % 8 || words >= 1 << 17 || words < -(1 << 17) || below_words < 0 ||
        below_words >= 1 << 9)
        return make(UNWIND_OTHER, UNWIND_BP_SAME, 0, 0);
    return make(kind, bp, below_words, words);
}
