#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/export_stack.h"

static void is_called(struct frame frame, const char *expected)
{
    char *name = export_function(&frame);
    assert_string_equal(name, expected);
    free(name);
}

static void functions_are_named_whole(void **state)
{
    (void)state;
    char *name = calloc(10001, 1);
    memset(name, 'x', 10000);
    is_called((struct frame){.function = name, .module = "/lib/a.so"}, name);
    free(name);
    is_called((struct frame){.module = "/lib/a.so", .file_address = 0x1234}, "a.so+0x1234");
    is_called((struct frame){.address = 5}, "?");
    is_called((struct frame){.function = "a\x1b\xff"}, "a��");
}

static void inlined_frames_belong_to_the_function_they_are_in(void **state)
{
    (void)state;
    struct frame frames[] = {{.inlined = true}, {.inlined = true}, {0}, {0}, {.inlined = true}};
    struct call_stack stack = {.frame = frames, .count = 5};
    assert_int_equal(export_stack_call_end(&stack, 0), 3);
    assert_int_equal(export_stack_call_end(&stack, 3), 4);
    assert_int_equal(export_stack_call_end(&stack, 4), 5);
}

static void calls_are_numbered_by_address_and_place(void **state)
{
    (void)state;
    const struct frame call = {.address = 0x7fff12345678}, high = {.address = UINT64_MAX},
                       none = {0};
    struct export_calls calls = {0};
    bool is_new;
    assert_int_equal(export_calls_add(&calls, &call, 1, &is_new), 0);
    assert_true(is_new);
    assert_int_equal(export_calls_add(&calls, &call, 2, &is_new), 1);
    assert_int_equal(export_calls_add(&calls, &high, 1, &is_new), 2);
    assert_int_equal(export_calls_add(&calls, &none, 1, &is_new), 3);
    assert_int_equal(export_calls_add(&calls, &none, 2, &is_new), 4);
    assert_true(is_new);
    assert_int_equal(export_calls_add(&calls, &call, 1, &is_new), 0);
    assert_false(is_new);
    export_calls_finish(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_named_whole),
        cmocka_unit_test(inlined_frames_belong_to_the_function_they_are_in),
        cmocka_unit_test(calls_are_numbered_by_address_and_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
