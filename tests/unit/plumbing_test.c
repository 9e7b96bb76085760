/* Where in a stack the user's own code begins. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/plumbing.h"

static void code_of_the_library_is_known_by_name_or_file(void **state)
{
    (void)state;
    const struct frame by_name = {.function = "std::vector<int>::push_back", .file = "/a/b.h"};
    const struct frame by_file = {.function = "allocate<int>",
                                  .file = "/usr/include/c++/12/bits/new_allocator.h"};
    const struct frame of_clang = {.function = "allocate",
                                   .file = "/usr/lib/llvm-14/bin/../include/c++/v1/memory"};
    const struct frame users = {.function = "standard::open", .file = "/src/c++/open.cpp"};
    const struct frame unknown = {0};
    assert_true(plumbing_is(&by_name, NULL));
    assert_true(plumbing_is(&by_file, NULL));
    assert_true(plumbing_is(&of_clang, NULL));
    assert_false(plumbing_is(&users, NULL));
    assert_false(plumbing_is(&unknown, NULL));
}

static void a_class_may_have_its_own_operator_new(void **state)
{
    (void)state;
    const struct frame global = {.function = "operator new[]"};
    const struct frame of_class = {.function = "relay::Pooled<int>::operator new"};
    const struct frame of_arrays = {.function = "Frame::operator new[]"};
    const struct frame user = {.function = "Counter::operator newest"};
    assert_true(plumbing_is_operator_new(&global));
    assert_true(plumbing_is_operator_new(&of_class));
    assert_true(plumbing_is_operator_new(&of_arrays));
    assert_false(plumbing_is_operator_new(&user));
}

static void the_users_part_lies_between(void **state)
{
    (void)state;
    struct frame frames[] = {{.plumbing = true}, {0}, {.plumbing = true}, {0}, {.plumbing = true}};
    struct call_stack stack = {.frame = frames, .count = 5};
    plumbing_find_user_part(&stack);
    assert_int_equal(stack.user_begin, 1);
    assert_int_equal(stack.user_end, 4);
    stack.count = 1;
    plumbing_find_user_part(&stack);
    assert_int_equal(stack.user_begin, 0);
    assert_int_equal(stack.user_end, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_of_the_library_is_known_by_name_or_file),
        cmocka_unit_test(a_class_may_have_its_own_operator_new),
        cmocka_unit_test(the_users_part_lies_between),
    };
    return cmocka_run_group_tests_name("plumbing", tests, NULL, NULL);
}
