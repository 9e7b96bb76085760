/*
 * C frames of the loop and runs of Python frames are paired from the innermost on, since stacks are
 * cut at their outer end; what then is left of the Python stack comes last. In a whole stack more
 * such C frames than runs mean that the innermost has not begun to run yet, or has just ended.
 */
#include "libcaulk/stack_frames.h"

static bool is_loop(const struct dump *dump, uint64_t pc)
{
    for (uint32_t i = 0; i < dump->loop_count; i++)
        if (pc - 1 >= dump->loops[i].start && pc - 1 < dump->loops[i].end)
            return true;
    return false;
}

static void add(struct stack_frames *frames, uint64_t pc)
{
    frames->frame[frames->count++] = pc;
}

/* Of C frames where python is false. */
static unsigned count_runs(const struct dump *dump, uint32_t node, bool python,
                           unsigned *ret_frames)
{
    unsigned runs = 0, count = 0;
    for (; node; node = dump->stack_parent[node], count++) {
        uint64_t pc = dump->stack_pc[node];
        runs += python ? (pc & STACK_PYTHON_ENTRY) != 0 : is_loop(dump, pc);
    }
    *ret_frames = count;
    return runs;
}

/* How many of the innermost C frames of the loop have no run. */
static unsigned idle_loops(const struct dump *dump, uint32_t c_stack, uint32_t python)
{
    unsigned c_frames, python_frames;
    unsigned loops = count_runs(dump, c_stack, false, &c_frames);
    unsigned runs = count_runs(dump, python, true, &python_frames);
    bool whole = c_frames < dump->process.depth && python_frames < dump->process.depth;
    return whole && loops > runs ? loops - runs : 0;
}

/* Adds the innermost run, and returns what is further out. */
static uint32_t add_run(const struct dump *dump, uint32_t python, struct stack_frames *frames)
{
    bool ended = false;
    for (; python && !ended; python = dump->stack_parent[python]) {
        uint64_t pc = dump->stack_pc[python];
        add(frames, pc & ~STACK_PYTHON_ENTRY);
        ended = (pc & STACK_PYTHON_ENTRY) != 0;
    }
    return python;
}

static void join(const struct dump *dump, uint32_t c_stack, uint32_t python,
                 struct stack_frames *frames)
{
    unsigned idle = idle_loops(dump, c_stack, python);
    frames->has_python = true;
    for (; c_stack; c_stack = dump->stack_parent[c_stack]) {
        uint64_t pc = dump->stack_pc[c_stack];
        add(frames, pc);
        if (!is_loop(dump, pc))
            continue;
        if (idle > 0)
            idle--;
        else
            python = add_run(dump, python, frames);
    }
    while (python)
        python = add_run(dump, python, frames);
}

void stack_frames_list(const struct dump *dump, uint32_t node, struct stack_frames *ret_frames)
{
    ret_frames->count = 0;
    ret_frames->has_python = false;
    ret_frames->truncated = false;
    if (stack_is_join(dump->stack_pc[node])) {
        join(dump, dump->stack_parent[node], (uint32_t)dump->stack_pc[node], ret_frames);
        return;
    }
    for (; node; node = dump->stack_parent[node]) {
        uint64_t pc = dump->stack_pc[node];
        if (pc == STACK_NOT_RECORDED) {
            ret_frames->truncated = true;
            return;
        }
        if (stack_is_python(pc))
            ret_frames->has_python = true;
        add(ret_frames, stack_is_python(pc) ? pc & ~STACK_PYTHON_ENTRY : pc);
    }
}
