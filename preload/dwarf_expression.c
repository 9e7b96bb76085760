/*
 * The stack machine. Its operations come in four families, each with a function of its own:
 * constants, registers and memory, arithmetic, and what moves things on the stack or jumps.
 */
#include "preload/dwarf_expression.h"

#define STACK_MAX 16
#define STEPS_MAX 256

struct machine {
    struct byte_cursor code;
    const uint8_t *start;
    const struct registers *registers;
    struct stack_reader *reader;
    uintptr_t stack[STACK_MAX];
    unsigned count;
    bool failed;
};

static void push(struct machine *machine, uintptr_t value)
{
    if (machine->count == STACK_MAX)
        machine->failed = true;
    else
        machine->stack[machine->count++] = value;
}

/* The value `below` the top; 0 and failure where there is none. */
static uintptr_t peek(struct machine *machine, uint64_t below)
{
    if (below < machine->count)
        return machine->stack[machine->count - 1 - below];
    machine->failed = true;
    return 0;
}

static uintptr_t pop(struct machine *machine)
{
    uintptr_t value = peek(machine, 0);
    if (machine->count)
        machine->count--;
    return value;
}

static void push_register(struct machine *machine, uint64_t reg, int64_t addend)
{
    if (reg >= CFI_REGISTERS || !(machine->registers->known >> reg & 1))
        machine->failed = true;
    else
        push(machine, machine->registers->value[reg] + (uintptr_t)addend);
}

static void push_memory(struct machine *machine, uint64_t bytes)
{
    uintptr_t word;
    if (bytes == 0 || bytes > 8 ||
        !stack_reader_word(machine->reader, pop(machine), STACK_BY_TABLES, &word)) {
        machine->failed = true;
        return;
    }
    push(machine, bytes == 8 ? word : word & (((uintptr_t)1 << 8 * bytes) - 1));
}

static bool run_constant(struct machine *machine, uint8_t code)
{
    struct byte_cursor *cursor = &machine->code;
    if (code >= 0x30 && code <= 0x4f) /* DW_OP_lit0 … 31 */
        push(machine, code - 0x30);
    else if (code == 0x03) /* DW_OP_addr */
        push(machine, byte_cursor_unsigned(cursor, 8));
    else if (code >= 0x08 && code <= 0x0f) { /* DW_OP_const1u, 1s, 2u … 8s */
        unsigned bytes = 1u << (code - 0x08) / 2;
        push(machine, code & 1 ? (uintptr_t)byte_cursor_signed(cursor, bytes)
                               : byte_cursor_unsigned(cursor, bytes));
    } else if (code == 0x10) /* DW_OP_constu */
        push(machine, byte_cursor_uleb(cursor));
    else if (code == 0x11) /* DW_OP_consts */
        push(machine, (uintptr_t)byte_cursor_sleb(cursor));
    else
        return false;
    return true;
}

static bool run_fetch(struct machine *machine, uint8_t code)
{
    struct byte_cursor *cursor = &machine->code;
    if (code >= 0x70 && code <= 0x8f) { /* DW_OP_breg0 … 31 */
        push_register(machine, code - 0x70u, byte_cursor_sleb(cursor));
    } else if (code == 0x92) { /* DW_OP_bregx */
        uint64_t reg = byte_cursor_uleb(cursor);
        push_register(machine, reg, byte_cursor_sleb(cursor));
    } else if (code == 0x06) { /* DW_OP_deref */
        push_memory(machine, 8);
    } else if (code == 0x94) { /* DW_OP_deref_size */
        push_memory(machine, byte_cursor_unsigned(cursor, 1));
    } else {
        return false;
    }
    return true;
}

static bool run_unary(struct machine *machine, uint8_t code)
{
    intptr_t value;
    switch (code) {
    case 0x19: /* DW_OP_abs */
        value = (intptr_t)pop(machine);
        push(machine, value < 0 ? 0 - (uintptr_t)value : (uintptr_t)value);
        return true;
    case 0x1f: /* DW_OP_neg */
        push(machine, 0 - pop(machine));
        return true;
    case 0x20: /* DW_OP_not */
        push(machine, ~pop(machine));
        return true;
    case 0x23: /* DW_OP_plus_uconst */
        push(machine, pop(machine) + byte_cursor_uleb(&machine->code));
        return true;
    default:
        return false;
    }
}

/* left and right as they were pushed. False: none of these operations. */
static bool compute(uint8_t code, uintptr_t left, uintptr_t right, uintptr_t *ret_value)
{
    intptr_t l = (intptr_t)left, r = (intptr_t)right;
    bool far = right > 63;
    switch (code) {
    case 0x1a: /* DW_OP_and */
        return *ret_value = left & right, true;
    case 0x1c: /* DW_OP_minus */
        return *ret_value = left - right, true;
    case 0x1e: /* DW_OP_mul */
        return *ret_value = left * right, true;
    case 0x21: /* DW_OP_or */
        return *ret_value = left | right, true;
    case 0x22: /* DW_OP_plus */
        return *ret_value = left + right, true;
    case 0x24: /* DW_OP_shl */
        return *ret_value = far ? 0 : left << right, true;
    case 0x25: /* DW_OP_shr */
        return *ret_value = far ? 0 : left >> right, true;
    case 0x26: /* DW_OP_shra */
        return *ret_value = (uintptr_t)(l >> (far ? 63 : right)), true;
    case 0x27: /* DW_OP_xor */
        return *ret_value = left ^ right, true;
    case 0x29: /* DW_OP_eq */
        return *ret_value = l == r, true;
    case 0x2a: /* DW_OP_ge */
        return *ret_value = l >= r, true;
    case 0x2b: /* DW_OP_gt */
        return *ret_value = l > r, true;
    case 0x2c: /* DW_OP_le */
        return *ret_value = l <= r, true;
    case 0x2d: /* DW_OP_lt */
        return *ret_value = l < r, true;
    case 0x2e: /* DW_OP_ne */
        return *ret_value = l != r, true;
    default:
        return false;
    }
}

static bool run_binary(struct machine *machine, uint8_t code)
{
    uintptr_t right = peek(machine, 0), left = peek(machine, 1), value;
    if (machine->failed || !compute(code, left, right, &value))
        return false;
    machine->count -= 2;
    push(machine, value);
    return true;
}

static void jump(struct machine *machine, bool taken)
{
    int64_t distance = byte_cursor_signed(&machine->code, 2);
    if (!taken)
        return;
    const uint8_t *target = machine->code.at + distance;
    if (target < machine->start || target > machine->code.end)
        machine->failed = true;
    else
        machine->code.at = target;
}

static bool run_rest(struct machine *machine, uint8_t code)
{
    uintptr_t top, second;
    switch (code) {
    case 0x12: /* DW_OP_dup */
        push(machine, peek(machine, 0));
        return true;
    case 0x13: /* DW_OP_drop */
        pop(machine);
        return true;
    case 0x14: /* DW_OP_over */
        push(machine, peek(machine, 1));
        return true;
    case 0x15: /* DW_OP_pick */
        push(machine, peek(machine, byte_cursor_unsigned(&machine->code, 1)));
        return true;
    case 0x16: /* DW_OP_swap */
        top = pop(machine);
        second = pop(machine);
        push(machine, top);
        push(machine, second);
        return true;
    case 0x28: /* DW_OP_bra */
    case 0x2f: /* DW_OP_skip */
        jump(machine, code == 0x2f || pop(machine));
        return true;
    case 0x96: /* DW_OP_nop */
        return true;
    default:
        return false;
    }
}

bool dwarf_expression_evaluate(struct byte_cursor expression, const struct registers *registers,
                               const uintptr_t *initial, struct stack_reader *reader,
                               uintptr_t *ret_value)
{
    struct machine machine = {
        .code = expression, .start = expression.at, .registers = registers, .reader = reader};
    if (initial)
        push(&machine, *initial);
    for (unsigned steps = 0; byte_cursor_more(&machine.code); steps++) {
        uint8_t code = (uint8_t)byte_cursor_unsigned(&machine.code, 1);
        if (steps == STEPS_MAX ||
            (!run_constant(&machine, code) && !run_fetch(&machine, code) &&
             !run_unary(&machine, code) && !run_rest(&machine, code) &&
             !run_binary(&machine, code)) ||
            machine.failed)
            return false;
    }
    if (machine.code.failed || !machine.count)
        return false;
    *ret_value = pop(&machine);
    return true;
}
