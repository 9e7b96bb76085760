/* What a signature is made of, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/signature.h"

static uint64_t of(struct frame *frames, size_t count, size_t begin)
{
    const struct call_stack stack = {
        .frame = frames, .count = count, .user_begin = begin, .user_end = count};
    return signature_of(&stack);
}

static void functions_count_and_nothing_else(void **state)
{
    (void)state;
    struct frame frames[] = {{.function = "open", .address = 1, .file = "a.c", .line = 3},
                             {.function = "main", .module = "/usr/bin/a"}};
    uint64_t signature = of(frames, 2, 0);
    frames[0] = (struct frame){
        .function = "open", .address = 77, .file = "b.c", .line = 9, .inlined = true};
    frames[1].module = "/opt/a";
    assert_true(of(frames, 2, 0) == signature);
    frames[0].function = "opened";
    assert_true(of(frames, 2, 0) != signature);
}

static void the_users_frames_count(void **state)
{
    (void)state;
    struct frame frames[] = {
        {.function = "std::make_shared"}, {.function = "open"}, {.function = "main"}};
    uint64_t signature = of(frames, 3, 1);
    frames[0].function = "std::allocate_shared";
    assert_true(of(frames, 3, 1) == signature);
    assert_true(of(frames, 3, 0) != signature);
}

static void names_do_not_run_together(void **state)
{
    (void)state;
    struct frame ab_c[] = {{.function = "ab"}, {.function = "c"}};
    struct frame a_bc[] = {{.function = "a"}, {.function = "bc"}};
    assert_true(of(ab_c, 2, 0) != of(a_bc, 2, 0));
}

static void without_a_function_the_module_counts(void **state)
{
    (void)state;
    struct frame here[] = {{.module = "/usr/lib/libfoo.so"}};
    struct frame there[] = {{.module = "/opt/libfoo.so"}};
    struct frame other[] = {{.module = "/opt/libbar.so"}};
    assert_true(of(here, 1, 0) == of(there, 1, 0));
    assert_true(of(here, 1, 0) != of(other, 1, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_count_and_nothing_else),
        cmocka_unit_test(the_users_frames_count),
        cmocka_unit_test(names_do_not_run_together),
        cmocka_unit_test(without_a_function_the_module_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
