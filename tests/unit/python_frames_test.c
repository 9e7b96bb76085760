#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>

#include "libcaulk/dump_format.h"
#include "preload/capture.h"
#include "preload/python_code.h"
#include "preload/python_frames.h"
#include "preload/recorder.h"
#include "preload/tracker.h"
#include "tests/support/fake_python.h"

#define DEPTH 64u

static const char *const versions[] = {"3.8.18", "3.9.18", "3.10.13", "3.11.2", "3.12.1", "3.13.0"};
#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

static char codes[8][FAKE_CODE_BYTES] __attribute__((aligned(64)));

static int start(void **state)
{
    char *environment[] = {"CAULK_OPTIONS=stacks=caller:log=none", NULL};
    (void)state;
    tracker_start(environment);
    return tracker_on() ? 0 : -1;
}

/* As the allocator gives it. */
static void *new_code(unsigned number, const char *name, uint32_t first_line)
{
    recorder_born(codes[number], FAKE_CODE_BYTES, 0x1234, 0, 0);
    fake_python_code(codes[number], name, "program.py", first_line);
    return codes[number];
}

static void use(const char *version)
{
    for (unsigned i = 0; i < 8; i++)
        python_code_forget((uintptr_t)codes[i]);
    python_frames_use(fake_python(version));
}

static uint32_t c_stack_of(uintptr_t pc)
{
    return stack_table_intern(&tracker.stacks, 0, pc);
}

static uint32_t join(uintptr_t pc)
{
    return python_frames_join(&tracker.stacks, c_stack_of(pc), DEPTH);
}

/* "inner:12 outer:3|", a bar behind the frame that a loop began with. */
static const char *stack_text(uint32_t node)
{
    static char text[8192];
    uint32_t parent;
    uintptr_t pc;
    size_t used = 0;
    assert_true(stack_table_node(&tracker.stacks, node, &parent, &pc));
    assert_int_equal(pc >> 62, 3);
    for (node = (uint32_t)pc; node; node = parent) {
        assert_true(stack_table_node(&tracker.stacks, node, &parent, &pc));
        assert_int_equal(pc >> 62, 2);
        uint32_t number = (uint32_t)((pc & ~(7ull << 61)) >> DUMP_PC_CODE_SHIFT);
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s:%u%s", used ? " " : "",
                                 python_code_text(number).name, (unsigned)(pc & 0x7fffffff),
                                 pc & DUMP_PC_PYTHON_ENTRY ? "|" : "");
    }
    return text;
}

static void calls_have_names_and_lines(void **state)
{
    (void)state;
    for (unsigned v = 0; v < VERSIONS; v++) {
        use(versions[v]);
        void *outer = new_code(0, "outer", 100), *inner = new_code(1, "inner", 200);
        fake_python_call(outer, 0, true);
        fake_python_call(inner, 34, false);
        fake_python_call(inner, 2, true);
        uint32_t node = join(0x1000);
        assert_string_equal(stack_text(node), v < 3 ? "inner:200| inner:203| outer:100|"
                                                    : "inner:200| inner:203 outer:100|");
        assert_int_equal(join(0x1000), node);
        assert_int_not_equal(join(0x2000), node);
        assert_string_equal(python_code_text(1).file, "program.py");
    }
}

static void lines_tell_stacks_apart_and_instructions_do_not(void **state)
{
    (void)state;
    uint32_t nodes[3];
    use("3.11.2");
    void *code = new_code(0, "function", 1);
    for (unsigned i = 0; i < 3; i++) {
        fake_python_return_all();
        fake_python_call(code, 6 * i, true);
        nodes[i] = join(0x1000);
    }
    assert_int_equal(nodes[0], nodes[1]);
    assert_int_not_equal(nodes[1], nodes[2]);
    assert_string_equal(stack_text(nodes[2]), "function:2|");
}

static void loops_tell_stacks_apart(void **state)
{
    (void)state;
    for (unsigned v = 3; v < VERSIONS; v++) {
        use(versions[v]);
        void *code = new_code(0, "function", 1);
        fake_python_call(code, 0, true);
        fake_python_call(code, 0, false);
        uint32_t together = join(0x1000);
        fake_python_return_all();
        fake_python_call(code, 0, true);
        fake_python_call(code, 0, true);
        uint32_t apart = join(0x1000);
        assert_string_equal(stack_text(together), "function:1 function:1|");
        assert_string_equal(stack_text(apart), "function:1| function:1|");
    }
}

static void nothing_is_read_without_the_lock_or_frames(void **state)
{
    (void)state;
    for (unsigned v = 0; v < VERSIONS; v++) {
        use(versions[v]);
        assert_int_equal(join(0x1000), c_stack_of(0x1000));
        fake_python_call(new_code(0, "function", 1), 0, true);
        fake_python_lock(false);
        assert_int_equal(join(0x1000), c_stack_of(0x1000));
        fake_python_lock(true);
        assert_int_not_equal(join(0x1000), c_stack_of(0x1000));
    }
}

static void a_code_object_at_another_ones_address_is_another(void **state)
{
    (void)state;
    for (unsigned v = 0; v < VERSIONS; v++) {
        use(versions[v]);
        fake_python_call(new_code(0, "first", 1), 0, true);
        fake_python_call(new_code(1, "inner", 1), 0, true);
        assert_string_equal(stack_text(join(0x1000)), "inner:1| first:1|");
        assert_true(recorder_gone(codes[0]));
        new_code(0, "second", 1);
        assert_string_equal(stack_text(join(0x1000)), "inner:1| second:1|");
    }
}

static void equal_code_has_one_number(void **state)
{
    (void)state;
    use("3.11.2");
    uint32_t count = 0;
    for (unsigned i = 0; i < 5000; i++) {
        fake_python_return_all();
        fake_python_call(new_code(i % 8, "<lambda>", 1), 0, true);
        assert_string_equal(stack_text(join(0x1000)), "<lambda>:1|");
        assert_true(recorder_gone(codes[i % 8]));
        if (i == 0)
            count = python_code_count();
    }
    assert_int_equal(python_code_count(), count);
}

static void the_innermost_frames_are_kept(void **state)
{
    (void)state;
    for (unsigned v = 0; v < VERSIONS; v++) {
        use(versions[v]);
        void *code = new_code(0, "f", 1);
        for (unsigned i = 0; i < 200; i++)
            fake_python_call(code, 10 * i, i % 2 == 0);
        const char *text = stack_text(python_frames_join(&tracker.stacks, c_stack_of(0x1000), 3));
        assert_string_equal(text, v < 3 ? "f:200| f:199| f:198|" : "f:200 f:199| f:198");
        text = stack_text(python_frames_join(&tracker.stacks, c_stack_of(0x1000), DEPTH));
        assert_non_null(strstr(text, " f:137"));
        assert_null(strstr(text, "f:136"));
    }
}

static volatile uint32_t in_handler, joined_in_handler;

static void handle(int number)
{
    (void)number;
    struct capture_start here = capture_here();
    in_handler = capture_site(&here, DEPTH);
    joined_in_handler = python_frames_join(&tracker.stacks, in_handler, DEPTH);
}

static void signal_handlers_have_none(void **state)
{
    (void)state;
    use("3.11.2");
    fake_python_call(new_code(0, "function", 1), 0, true);
    signal(SIGUSR2, handle);
    raise(SIGUSR2);
    assert_int_not_equal(in_handler, 0);
    assert_int_equal(joined_in_handler, in_handler);
    signal(SIGUSR2, SIG_DFL);
}

static void what_is_no_block_ends_it(void **state)
{
    (void)state;
    static char elsewhere[FAKE_CODE_BYTES];
    use("3.11.2");
    fake_python_code(elsewhere, "function", "program.py", 1);
    fake_python_call(elsewhere, 0, true);
    assert_int_equal(join(0x1000), c_stack_of(0x1000));
    fake_python_return_all();
    fake_python_call(new_code(0, "function", 1), 0, true);
    assert_int_equal(join(0x1000), c_stack_of(0x1000));
}

static void what_is_no_code_ends_it(void **state)
{
    (void)state;
    use("3.11.2");
    char *code = new_code(0, "function", 1);
    memset(code + 8, 0, 8);
    fake_python_call(code, 0, true);
    assert_int_equal(join(0x1000), c_stack_of(0x1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_have_names_and_lines),
        cmocka_unit_test(lines_tell_stacks_apart_and_instructions_do_not),
        cmocka_unit_test(loops_tell_stacks_apart),
        cmocka_unit_test(nothing_is_read_without_the_lock_or_frames),
        cmocka_unit_test(a_code_object_at_another_ones_address_is_another),
        cmocka_unit_test(equal_code_has_one_number),
        cmocka_unit_test(the_innermost_frames_are_kept),
        cmocka_unit_test(signal_handlers_have_none),
        cmocka_unit_test(what_is_no_block_ends_it),
        cmocka_unit_test(what_is_no_code_ends_it),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
