/*
 * The machine. A row keeps expressions as 32-bit offsets from its function's entry, so that the
 * eight rows that DW_CFA_remember_state may stack up cost less than a kilobyte of somebody else's
 * stack.
 */
#include "preload/cfi_program.h"

#define REMEMBERED_ROWS 8
#define POINTER_BASE 0x70
#define POINTER_FROM_HERE 0x10

struct machine {
    const struct cfi_common *common;
    uintptr_t location, target; /* location > target: the row is complete */
    struct cfi_row *row;
    struct cfi_row initial; /* what DW_CFA_restore goes back to */
    struct cfi_row remembered[REMEMBERED_ROWS];
    unsigned remembered_count;
};

uint64_t cfi_read_form(struct byte_cursor *cursor, uint8_t form)
{
    switch (form) {
    case 0x00: /* DW_EH_PE_absptr */
    case 0x04: /* DW_EH_PE_udata8 */
    case 0x0c: /* DW_EH_PE_sdata8 */
        return byte_cursor_unsigned(cursor, 8);
    case 0x01: /* DW_EH_PE_uleb128 */
        return byte_cursor_uleb(cursor);
    case 0x02: /* DW_EH_PE_udata2 */
        return byte_cursor_unsigned(cursor, 2);
    case 0x03: /* DW_EH_PE_udata4 */
        return byte_cursor_unsigned(cursor, 4);
    case 0x09: /* DW_EH_PE_sleb128 */
        return (uint64_t)byte_cursor_sleb(cursor);
    case 0x0a: /* DW_EH_PE_sdata2 */
        return (uint64_t)byte_cursor_signed(cursor, 2);
    case 0x0b: /* DW_EH_PE_sdata4 */
        return (uint64_t)byte_cursor_signed(cursor, 4);
    default:
        cursor->failed = true;
        return 0;
    }
}

uintptr_t cfi_read_pointer(struct byte_cursor *cursor, uint8_t coding)
{
    uintptr_t here = (uintptr_t)cursor->at;
    uint64_t value = cfi_read_form(cursor, coding & CFI_POINTER_FORM);
    switch (coding & POINTER_BASE) {
    case 0:
        return value;
    case POINTER_FROM_HERE:
        return here + value;
    default:
        cursor->failed = true;
        return 0;
    }
}

static void set_rule(struct cfi_row *row, uint64_t reg, enum cfi_how how, int64_t value)
{
    if (reg >= CFI_REGISTERS)
        return;
    row->how[reg] = (uint8_t)how;
    row->value[reg] = (int32_t)value;
}

static void set_cfa(struct cfi_row *row, uint64_t reg, int64_t offset)
{
    row->cfa_is_expression = false;
    row->cfa_register = reg < CFI_REGISTERS ? (uint8_t)reg : CFI_REGISTERS;
    row->cfa_offset = (int32_t)offset;
}

/* Where an expression is, relative to the row's base; the cursor ends up behind it. */
static int32_t take_expression(struct byte_cursor *cursor, const struct cfi_row *row)
{
    ptrdiff_t offset = cursor->at - row->base;
    byte_cursor_skip(cursor, byte_cursor_uleb(cursor));
    if (offset != (int32_t)offset)
        cursor->failed = true;
    return (int32_t)offset;
}

static void restore_rule(struct machine *machine, uint64_t reg)
{
    if (reg < CFI_REGISTERS)
        set_rule(machine->row, reg, machine->initial.how[reg], machine->initial.value[reg]);
}

static void advance(struct machine *machine, uint64_t delta)
{
    machine->location += delta * machine->common->code_factor;
}

static void remember(struct machine *machine, struct byte_cursor *cursor)
{
    if (machine->remembered_count == REMEMBERED_ROWS)
        cursor->failed = true;
    else
        machine->remembered[machine->remembered_count++] = *machine->row;
}

static void recall(struct machine *machine, struct byte_cursor *cursor)
{
    if (!machine->remembered_count)
        cursor->failed = true;
    else
        *machine->row = machine->remembered[--machine->remembered_count];
}

/* What follows the register's number. */
enum operand {
    UNKNOWN_CODE,
    NOTHING,
    NUMBER,
    FACTORED,
    FACTORED_SIGNED,
    FACTORED_NEGATIVE,
    EXPRESSION
};

/* Instructions that say where a register is. */
static const struct {
    uint8_t how, operand;
} register_rules[] = {
    [0x05] = {CFI_AT_OFFSET, FACTORED},          /* DW_CFA_offset_extended */
    [0x07] = {CFI_UNDEFINED, NOTHING},           /* DW_CFA_undefined */
    [0x08] = {CFI_SAME, NOTHING},                /* DW_CFA_same_value */
    [0x09] = {CFI_IN_REGISTER, NUMBER},          /* DW_CFA_register */
    [0x10] = {CFI_AT_EXPRESSION, EXPRESSION},    /* DW_CFA_expression */
    [0x11] = {CFI_AT_OFFSET, FACTORED_SIGNED},   /* DW_CFA_offset_extended_sf */
    [0x14] = {CFI_IS_OFFSET, FACTORED},          /* DW_CFA_val_offset */
    [0x15] = {CFI_IS_OFFSET, FACTORED_SIGNED},   /* DW_CFA_val_offset_sf */
    [0x16] = {CFI_IS_EXPRESSION, EXPRESSION},    /* DW_CFA_val_expression */
    [0x2f] = {CFI_AT_OFFSET, FACTORED_NEGATIVE}, /* DW_CFA_GNU_negative_offset_extended */
};

static int64_t take_operand(const struct machine *machine, enum operand operand,
                            struct byte_cursor *cursor)
{
    int64_t factor = machine->common->data_factor;
    switch (operand) {
    case NUMBER:
        return (int64_t)byte_cursor_uleb(cursor);
    case FACTORED:
        return (int64_t)byte_cursor_uleb(cursor) * factor;
    case FACTORED_SIGNED:
        return byte_cursor_sleb(cursor) * factor;
    case FACTORED_NEGATIVE:
        return -(int64_t)byte_cursor_uleb(cursor) * factor;
    case EXPRESSION:
        return take_expression(cursor, machine->row);
    default:
        return 0;
    }
}

/* False: it is none of them. */
static bool run_register(struct machine *machine, uint8_t code, struct byte_cursor *cursor)
{
    if (code >= sizeof(register_rules) / sizeof(*register_rules) ||
        register_rules[code].operand == UNKNOWN_CODE)
        return false;
    uint64_t reg = byte_cursor_uleb(cursor);
    set_rule(machine->row, reg, register_rules[code].how,
             take_operand(machine, register_rules[code].operand, cursor));
    return true;
}

/* Instructions that say where the CFA is. False: it is none of them. */
static bool run_cfa(struct machine *machine, uint8_t code, struct byte_cursor *cursor)
{
    struct cfi_row *row = machine->row;
    int64_t factor = machine->common->data_factor;
    uint64_t reg;
    switch (code) {
    case 0x0c: /* DW_CFA_def_cfa */
        reg = byte_cursor_uleb(cursor);
        set_cfa(row, reg, (int64_t)byte_cursor_uleb(cursor));
        return true;
    case 0x0d: /* DW_CFA_def_cfa_register */
        set_cfa(row, byte_cursor_uleb(cursor), row->cfa_offset);
        return true;
    case 0x0e: /* DW_CFA_def_cfa_offset */
        set_cfa(row, row->cfa_register, (int64_t)byte_cursor_uleb(cursor));
        return true;
    case 0x0f: /* DW_CFA_def_cfa_expression */
        row->cfa_offset = take_expression(cursor, row);
        row->cfa_is_expression = true;
        return true;
    case 0x12: /* DW_CFA_def_cfa_sf */
        reg = byte_cursor_uleb(cursor);
        set_cfa(row, reg, byte_cursor_sleb(cursor) * factor);
        return true;
    case 0x13: /* DW_CFA_def_cfa_offset_sf */
        set_cfa(row, row->cfa_register, byte_cursor_sleb(cursor) * factor);
        return true;
    default:
        return false;
    }
}

/* Everything else: places, and rows from before. */
static void run_rest(struct machine *machine, uint8_t code, struct byte_cursor *cursor)
{
    switch (code) {
    case 0x00: /* DW_CFA_nop */
        break;
    case 0x01: /* DW_CFA_set_loc */
        machine->location = cfi_read_pointer(cursor, machine->common->pointer_coding);
        break;
    case 0x02: /* DW_CFA_advance_loc1 */
        advance(machine, byte_cursor_unsigned(cursor, 1));
        break;
    case 0x03: /* DW_CFA_advance_loc2 */
        advance(machine, byte_cursor_unsigned(cursor, 2));
        break;
    case 0x04: /* DW_CFA_advance_loc4 */
        advance(machine, byte_cursor_unsigned(cursor, 4));
        break;
    case 0x06: /* DW_CFA_restore_extended */
        restore_rule(machine, byte_cursor_uleb(cursor));
        break;
    case 0x0a: /* DW_CFA_remember_state */
        remember(machine, cursor);
        break;
    case 0x0b: /* DW_CFA_restore_state */
        recall(machine, cursor);
        break;
    case 0x2e: /* DW_CFA_GNU_args_size */
        byte_cursor_uleb(cursor);
        break;
    default:
        cursor->failed = true;
    }
}

static bool run(struct machine *machine, struct byte_cursor cursor)
{
    while (byte_cursor_more(&cursor) && machine->location <= machine->target) {
        uint8_t code = (uint8_t)byte_cursor_unsigned(&cursor, 1);
        uint8_t operand = code & 0x3f;
        if ((code & 0xc0) == 0x40) /* DW_CFA_advance_loc */
            advance(machine, operand);
        else if ((code & 0xc0) == 0x80) /* DW_CFA_offset */
            set_rule(machine->row, operand, CFI_AT_OFFSET,
                     (int64_t)byte_cursor_uleb(&cursor) * machine->common->data_factor);
        else if ((code & 0xc0) == 0xc0) /* DW_CFA_restore */
            restore_rule(machine, operand);
        else if (!run_register(machine, code, &cursor) && !run_cfa(machine, code, &cursor))
            run_rest(machine, code, &cursor);
    }
    return !cursor.failed;
}

bool cfi_program_run(const struct cfi_common *common, struct byte_cursor program, uintptr_t start,
                     uintptr_t target, struct cfi_row *row)
{
    struct machine machine = {.common = common, .location = start, .target = target, .row = row};
    if (!run(&machine, common->program))
        return false;
    machine.initial = *row;
    return run(&machine, program);
}
