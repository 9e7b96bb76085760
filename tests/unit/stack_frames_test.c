/* C and Python stacks as one list; a letter is a C frame, L one of the loop, a digit Python's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/stack_frames.h"
#include "tests/support/dump_builder.h"

#define LOOP_START 0x402000u
#define DEPTH 6u

static uint32_t add_c(struct dump_builder *builder, const char *letters)
{
    uint64_t pcs[16];
    unsigned count = 0;
    for (; *letters; letters++)
        pcs[count++] = *letters == 'L' ? LOOP_START + 0x10 : (uint64_t)*letters << 16;
    return count ? dump_builder_add_stack(builder, pcs, count) : 0;
}

/* A bar behind the frame that a loop began with. */
static uint32_t add_python(struct dump_builder *builder, const char *digits)
{
    uint64_t pcs[16];
    unsigned count = 0;
    for (; *digits; digits++)
        if (*digits == '|')
            pcs[count - 1] |= DUMP_PC_PYTHON_ENTRY;
        else
            pcs[count++] = DUMP_BUILDER_PYTHON(*digits - '0', *digits);
    return dump_builder_add_stack(builder, pcs, count);
}

static const char *text_of(const struct stack_frames *frames)
{
    static char text[64];
    unsigned i;
    for (i = 0; i < frames->count; i++) {
        uint64_t pc = frames->frame[i];
        if (stack_is_python(pc))
            text[i] = (char)stack_python_line(pc);
        else
            text[i] = pc == LOOP_START + 0x10 ? 'L' : (char)(pc >> 16);
    }
    text[i] = '\0';
    return text;
}

static const char *joined(const char *c, const char *python)
{
    static struct stack_frames frames;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->depth = DEPTH;
    dump_builder_add_python_loop(builder, LOOP_START, LOOP_START + 0x100);
    for (unsigned i = 0; i < 10; i++)
        dump_builder_add_python_code(builder, "f", "f.py", i);
    uint32_t c_stack = add_c(builder, c), node = c_stack;
    if (*python)
        node = dump_builder_add_stack_node(builder, c_stack,
                                           DUMP_PC_PYTHON_STACK | add_python(builder, python));
    struct dump *dump = dump_builder_open(builder);
    stack_frames_list(dump, node, &frames);
    assert_int_equal(frames.has_python, *python != '\0');
    assert_int_equal(dump_c_stack(dump, node), c_stack);
    dump_close(dump);
    return text_of(&frames);
}

static void runs_come_behind_their_loops(void **state)
{
    (void)state;
    assert_string_equal(joined("aLb", "12|"), "aL12b");
    assert_string_equal(joined("LaLb", "12|3|"), "L12aL3b");
    assert_string_equal(joined("LaLb", "1|23|"), "L1aL23b");
    assert_string_equal(joined("ab", ""), "ab");
}

static void what_was_cut_comes_last(void **state)
{
    (void)state;
    assert_string_equal(joined("aLbcde", "1|2|"), "aL1bcde2");
    assert_string_equal(joined("abcdef", "12|3|"), "abcdef123");
    assert_string_equal(joined("aLLbc", "123456"), "aL123456Lbc");
}

static void in_a_whole_stack_the_innermost_loops_may_be_idle(void **state)
{
    (void)state;
    assert_string_equal(joined("LaLb", "12|"), "LaL12b");
    assert_string_equal(joined("LaLbcd", "12|"), "L12aLbcd");
}

static void the_unknown_stack_is_empty(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0#1/ 1");
    static struct stack_frames frames;
    stack_frames_list(dump, 0, &frames);
    assert_int_equal(frames.count, 0);
    assert_false(frames.truncated);
    stack_frames_list(dump, dump->block_stack[0], &frames);
    assert_int_equal(frames.count, 1);
    assert_true(frames.truncated);
    dump_close(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_come_behind_their_loops),
        cmocka_unit_test(what_was_cut_comes_last),
        cmocka_unit_test(in_a_whole_stack_the_innermost_loops_may_be_idle),
        cmocka_unit_test(the_unknown_stack_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
