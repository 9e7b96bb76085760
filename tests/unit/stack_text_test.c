/* Which of the user's frames are printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/stack_text.h"

#define STACK_OF(frames, end)                                                                      \
    {                                                                                              \
        .frame = (frames), .count = (end), .user_end = (end)                                       \
    }

static void the_library_between_the_users_frames_stays_out(void **state)
{
    (void)state;
    struct frame frames[] = {
        {.function = "Session::Session"},
        {.function = "std::make_shared<Session>", .plumbing = true},
        {.function = "allocate<int>", .file = "/usr/include/c++/12/a.h", .plumbing = true},
        {.function = "getaddrinfo", .plumbing = true},
        {.function = "main"},
    };
    const struct call_stack stack = STACK_OF(frames, 5);
    const bool shown[] = {true, false, false, true, true};
    for (size_t i = 0; i < stack.count; i++)
        assert_int_equal(stack_text_shows(&stack, i), shown[i]);
}

static void where_no_frame_is_the_users_all_are_shown(void **state)
{
    (void)state;
    struct frame frames[] = {{.function = "std::string::append", .plumbing = true},
                             {.function = "std::getline", .plumbing = true}};
    const struct call_stack stack = STACK_OF(frames, 2);
    assert_true(stack_text_shows(&stack, 0));
    assert_true(stack_text_shows(&stack, 1));
}

static void what_loads_modules_stays_out(void **state)
{
    (void)state;
    struct frame frames[] = {
        {.function = "<module>", .file = "a.py", .python = true},
        {.function = "_find_and_load", .file = "<frozen importlib._bootstrap>", .python = true},
        {.function = "<module>", .file = "b.py", .python = true}};
    const struct call_stack stack = STACK_OF(frames, 3);
    assert_true(stack_text_shows(&stack, 0));
    assert_false(stack_text_shows(&stack, 1));
    assert_true(stack_text_shows(&stack, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_between_the_users_frames_stays_out),
        cmocka_unit_test(where_no_frame_is_the_users_all_are_shown),
        cmocka_unit_test(what_loads_modules_stays_out),
    };
    return cmocka_run_group_tests_name("stack_text", tests, NULL, NULL);
}
