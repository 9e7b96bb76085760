/* Callers: which stacks have one, and that only sampled dumps ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/callers.h"
#include "tests/support/dump_builder.h"

static struct dump *open_with(uint32_t mode)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->stacks_mode = mode;
    dump_builder_add_graph(builder, "0#1/5 1#1/6 2#1/ 3#2/5 4#5 5#5/");
    return dump_builder_open(builder);
}

static void stacks_with_one_innermost_frame_have_one_caller(void **state)
{
    (void)state;
    struct dump *dump = open_with(STACKS_SAMPLED);
    const uint32_t *stack = dump->block_stack;
    struct callers callers;
    assert_true(callers_init(&callers, dump));
    assert_int_equal(callers_of(&callers, stack[0]), callers_of(&callers, stack[1]));
    assert_int_equal(callers_of(&callers, stack[0]), callers_of(&callers, stack[2]));
    assert_int_not_equal(callers_of(&callers, stack[0]), callers_of(&callers, stack[3]));
    assert_int_equal(callers_of(&callers, stack[4]), callers_of(&callers, stack[5]));
    assert_int_equal(callers_of(&callers, 0), 0);
    callers_finish(&callers);
    dump_close(dump);
}

static void without_sampling_each_stack_is_its_own(void **state)
{
    (void)state;
    for (uint32_t mode = STACKS_FULL; mode <= STACKS_CALLER; mode += STACKS_CALLER) {
        struct dump *dump = open_with(mode);
        struct callers callers;
        assert_true(callers_init(&callers, dump));
        for (uint32_t b = 0; b < dump->block_count; b++)
            assert_int_equal(callers_of(&callers, dump->block_stack[b]), dump->block_stack[b]);
        callers_finish(&callers);
        dump_close(dump);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_with_one_innermost_frame_have_one_caller),
        cmocka_unit_test(without_sampling_each_stack_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
