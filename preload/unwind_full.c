/*
 * Frame by frame with a set of registers, some of which may become unknown on the way: what a
 * function may clobber and didn't save. Only where an unknown one is needed, the walk ends early.
 */
#include "preload/unwind_full.h"

#include "preload/cfi.h"
#include "preload/dwarf_expression.h"
#include "preload/unwind.h"
#include "preload/unwind_tables.h"

#define TRACKER_FRAMES_MAX 64 /* between here and the function that called the allocator */

/* What functions preserve for their callers. */
#define PRESERVED                                                                                  \
    (1u << CFI_RBX | 1u << CFI_RBP | 1u << CFI_RSP | 1u << 12 | 1u << 13 | 1u << 14 | 1u << 15)

struct full_frame {
    struct registers registers; /* CFI_RIP is the frame's pc */
    bool interrupted;
};

static uintptr_t get(const struct full_frame *frame, enum cfi_register reg)
{
    return frame->registers.value[reg];
}

static bool read_expression(const struct cfi_tables *tables, const struct cfi_row *row,
                            int32_t offset, struct byte_cursor *ret_expression)
{
    struct byte_cursor cursor = {row->base + offset, (const uint8_t *)tables->end, false};
    uint64_t bytes = byte_cursor_uleb(&cursor);
    const uint8_t *start = byte_cursor_skip(&cursor, bytes);
    *ret_expression = (struct byte_cursor){start, start + bytes, false};
    return start != NULL;
}

struct stepping {
    const struct cfi_tables *tables;
    const struct cfi_row *row;
    const struct full_frame *frame;
    struct stack_reader *reader;
    uintptr_t cfa;
};

static bool evaluate(const struct stepping *step, int32_t offset, const uintptr_t *initial,
                     uintptr_t *ret_value)
{
    struct byte_cursor expression;
    return read_expression(step->tables, step->row, offset, &expression) &&
           dwarf_expression_evaluate(expression, &step->frame->registers, initial, step->reader,
                                     ret_value);
}

static bool find_cfa(struct stepping *step)
{
    const struct cfi_row *row = step->row;
    const struct registers *registers = &step->frame->registers;
    if (row->cfa_is_expression)
        return evaluate(step, row->cfa_offset, NULL, &step->cfa);
    if (row->cfa_register >= CFI_REGISTERS || !(registers->known >> row->cfa_register & 1))
        return false;
    step->cfa = registers->value[row->cfa_register] + (uintptr_t)(intptr_t)row->cfa_offset;
    return true;
}

/* The caller's value of a register, if its rule and what it needs are known. */
static bool find_register(const struct stepping *step, unsigned reg, uintptr_t *ret_value)
{
    const struct registers *registers = &step->frame->registers;
    int32_t value = step->row->value[reg];
    uintptr_t address;
    switch ((enum cfi_how)step->row->how[reg]) {
    case CFI_SAME:
        *ret_value = registers->value[reg];
        return registers->known >> reg & 1;
    case CFI_UNDEFINED:
        return false;
    case CFI_AT_OFFSET:
        return stack_reader_word(step->reader, step->cfa + (uintptr_t)(intptr_t)value,
                                 STACK_BY_TABLES, ret_value);
    case CFI_IS_OFFSET:
        *ret_value = step->cfa + (uintptr_t)(intptr_t)value;
        return true;
    case CFI_IN_REGISTER:
        *ret_value = (unsigned)value < CFI_REGISTERS ? registers->value[value] : 0;
        return (unsigned)value < CFI_REGISTERS && (registers->known >> value & 1);
    case CFI_AT_EXPRESSION:
        return evaluate(step, value, &step->cfa, &address) &&
               stack_reader_word(step->reader, address, STACK_BY_TABLES, ret_value);
    case CFI_IS_EXPRESSION:
        return evaluate(step, value, &step->cfa, ret_value);
    }
    return false;
}

static bool step_by_row(struct full_frame *frame, const struct cfi_tables *tables,
                        const struct cfi_row *row, struct stack_reader *reader)
{
    struct stepping step = {.tables = tables, .row = row, .frame = frame, .reader = reader};
    struct full_frame caller = {.interrupted = row->signal_frame};
    if (row->how[CFI_RIP] == CFI_UNDEFINED || !find_cfa(&step))
        return false;
    for (unsigned reg = 0; reg < CFI_REGISTERS; reg++) {
        bool is_cfa = reg == CFI_RSP && row->how[reg] == CFI_SAME;
        uintptr_t value = step.cfa;
        if (!is_cfa && !find_register(&step, reg, &value))
            continue;
        caller.registers.value[reg] = value;
        caller.registers.known |= 1u << reg;
    }
    if (!row->signal_frame) /* a call: the rest is what the callee left in them */
        caller.registers.known &= PRESERVED | 1u << CFI_RIP;
    *frame = caller;
    return true;
}

/* Through code without tables. */
static bool step_by_guess(struct full_frame *frame, struct stack_reader *reader)
{
    struct unwind_frame guessed = {
        .pc = get(frame, CFI_RIP), .sp = get(frame, CFI_RSP), .bp = get(frame, CFI_RBP)};
    struct unwind_frame caller;
    if (unwind_step(&guessed, reader, true, &caller) != UNWIND_GUESSED)
        return false;
    *frame = (struct full_frame){
        .registers.known = 1u << CFI_RBP | 1u << CFI_RSP | 1u << CFI_RIP,
    };
    frame->registers.value[CFI_RIP] = caller.pc;
    frame->registers.value[CFI_RSP] = caller.sp;
    frame->registers.value[CFI_RBP] = caller.bp;
    return true;
}

/* Replaces the frame by its caller. Says first whether it is a signal handler's return. */
static bool step_up(struct full_frame *frame, struct stack_reader *reader, bool *ret_signal_return)
{
    uintptr_t address = get(frame, CFI_RIP) - !frame->interrupted;
    uint32_t needed = 1u << CFI_RIP | 1u << CFI_RSP;
    struct cfi_tables tables;
    struct cfi_row row;
    bool found = unwind_tables_find(address, &tables) && cfi_find_row(&tables, address, &row);
    *ret_signal_return = found && row.signal_frame;
    bool stepped = found ? step_by_row(frame, &tables, &row, reader) : step_by_guess(frame, reader);
    return stepped && (frame->registers.known & needed) == needed &&
           unwind_is_address(get(frame, CFI_RIP));
}

/* The registers here and now, as far as callees preserve them. */
__attribute__((always_inline)) static inline struct full_frame here(void)
{
    struct full_frame frame = {.registers.known = PRESERVED | 1u << CFI_RIP, .interrupted = true};
    uintptr_t *value = frame.registers.value;
    __asm__ volatile("movq %%rbx, 24(%0)\n\t"
                     "movq %%rbp, 48(%0)\n\t"
                     "movq %%rsp, 56(%0)\n\t"
                     "movq %%r12, 96(%0)\n\t"
                     "movq %%r13, 104(%0)\n\t"
                     "movq %%r14, 112(%0)\n\t"
                     "movq %%r15, 120(%0)\n\t"
                     "leaq 0f(%%rip), %%rax\n\t"
                     "0: movq %%rax, 128(%0)"
                     :
                     : "r"(value)
                     : "rax", "memory");
    return frame;
}

__attribute__((noinline)) unsigned unwind_full(const struct capture_start *start, unsigned limit,
                                               struct stack_reader *reader, uintptr_t *ret_pcs)
{
    struct full_frame frame = here();
    bool signal_return;
    ret_pcs[0] = start->pc;
    stack_reader_begin(reader, get(&frame, CFI_RSP));
    for (unsigned i = 0; get(&frame, CFI_RSP) != start->sp || get(&frame, CFI_RIP) != start->pc;
         i++)
        if (i == TRACKER_FRAMES_MAX || !step_up(&frame, reader, &signal_return))
            return 1;
    unsigned count = 0;
    for (bool more = true; more && count < limit; count++) {
        uintptr_t pc = get(&frame, CFI_RIP);
        bool interrupted = frame.interrupted;
        more = step_up(&frame, reader, &signal_return);
        ret_pcs[count] = pc + (interrupted || signal_return);
    }
    return count;
}
