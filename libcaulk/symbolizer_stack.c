/* A stack as a person knows it: without the allocator's frames, and with Python's functions in the
 * place of what runs them. */
#include "libcaulk/memory.h"
#include "libcaulk/symbolizer.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/interpreter.h"
#include "libcaulk/plumbing.h"
#include "libcaulk/stack_frames.h"

static void append(struct call_stack *stack, size_t *capacity, struct frames frames)
{
    while (stack->count + frames.count > *capacity)
        *capacity = *capacity ? *capacity * 2 : 32;
    stack->frame = need_memory(reallocarray(stack->frame, *capacity, sizeof(*stack->frame)));
    memcpy(stack->frame + stack->count, frames.frame, frames.count * sizeof(*frames.frame));
    stack->count += frames.count;
}

/* By what the program called to get its block: operator new, or caulk.h for a custom allocator. */
static bool is_allocator(const struct frame *frame)
{
    return plumbing_is_operator_new(frame) ||
           (frame->function && !strcmp(frame->function, "caulk_allocated"));
}

/* Leaves out the allocator's frames, with which the stack begins, and the tracker's own, which also
 * stand between a thread's start and the program's function. */
static void drop_allocator(const struct dump *dump, uint32_t tick, struct call_stack *stack)
{
    size_t kept = 0;
    for (size_t i = 0; i < stack->count; i++) {
        const struct frame *frame = &stack->frame[i];
        const struct module *module = dump_find_module(dump, frame->address - 1, tick);
        bool is_tracker = module && module->is_tracker;
        if (!is_tracker && (kept > 0 || !is_allocator(frame)))
            stack->frame[kept++] = *frame;
    }
    if (kept > 0)
        stack->count = kept;
}

/* CPython's own frames count as plumbing on a stack with Python functions. */
static void mark_interpreter(const struct dump *dump, struct call_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++)
        if (!stack->frame[i].python && is_interpreter(dump, &stack->frame[i]))
            stack->frame[i].plumbing = stack->frame[i].interpreter = true;
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

/* An instruction that the compiler made for the function's own sake has no line but that one's. */
static uint32_t python_line(const struct python_code *code, uint64_t pc)
{
    uint32_t line = stack_python_line(pc);
    return line ? line : code->first_line;
}

/* What is written in no file is the interpreter's own: since 3.12 it calls __init__ from there. */
static struct frame python_frame(const struct dump *dump, uint64_t pc)
{
    const struct python_code *code = &dump->codes[stack_python_code(pc)];
    bool written = *code->file || stack_python_line(pc);
    return (struct frame){.function = text_or_null(code->name),
                          .file = text_or_null(code->file),
                          .line = python_line(code, pc),
                          .python = true,
                          .plumbing = !written,
                          .interpreter = !written};
}

static void append_frame(struct symbolizer *symbolizer, uint64_t pc, uint32_t tick,
                         struct call_stack *stack, size_t *capacity)
{
    if (stack_is_python(pc)) {
        struct frame frame = python_frame(symbolizer_dump(symbolizer), pc);
        append(stack, capacity, (struct frames){&frame, 1});
    } else {
        append(stack, capacity, symbolizer_lookup(symbolizer, pc, tick));
    }
}

void symbolizer_stack(struct symbolizer *symbolizer, uint32_t node, uint32_t tick,
                      struct call_stack *ret_stack)
{
    const struct dump *dump = symbolizer_dump(symbolizer);
    struct call_stack stack = {0};
    size_t capacity = 0;
    struct stack_frames frames;
    stack_frames_list(dump, node, &frames);
    for (unsigned i = 0; i < frames.count; i++)
        append_frame(symbolizer, frames.frame[i], tick, &stack, &capacity);
    stack.truncated = frames.truncated;
    drop_allocator(dump, tick, &stack);
    if (frames.has_python) {
        mark_interpreter(dump, &stack);
        plumbing_drop_interpreter(&stack);
    }
    plumbing_find_user_part(&stack);
    *ret_stack = stack;
}

void call_stack_finish(struct call_stack *stack)
{
    free(stack->frame);
    *stack = (struct call_stack){0};
}
