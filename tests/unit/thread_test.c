#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/thread.h"

static void busy_between_enter_and_leave(void **state)
{
    (void)state;
    uintptr_t below = (uintptr_t)__builtin_frame_address(0) - 4096;
    assert_false(thread_is_busy(below));
    uintptr_t outer = thread_enter();
    assert_int_equal(outer, 0);
    assert_true(thread_is_busy(below));
    thread_leave(outer);
    assert_false(thread_is_busy(below));
}

__attribute__((noinline)) static uintptr_t enter_below(uintptr_t *ret_outer)
{
    *ret_outer = thread_enter_allocator();
    __asm__ volatile("" ::: "memory");
    return thread_self.busy_sp;
}

static void calls_within_the_allocator_are_told(void **state)
{
    (void)state;
    uintptr_t inner, outer = thread_enter_allocator();
    assert_int_equal(outer & THREAD_IN_ALLOCATOR, 0);
    enter_below(&inner);
    assert_int_equal(inner & THREAD_IN_ALLOCATOR, THREAD_IN_ALLOCATOR);
    thread_leave(inner);
    thread_leave(outer);
    outer = thread_enter(); /* the tracker's own doings are no such call */
    enter_below(&inner);
    assert_int_equal(inner & THREAD_IN_ALLOCATOR, 0);
    thread_leave(inner);
    thread_leave(outer);
}

static void a_mark_that_was_left_behind_is_stale(void **state)
{
    (void)state;
    uintptr_t outer, again;
    uintptr_t left = enter_below(&outer); /* as by an exception: nobody leaves */
    assert_false(thread_is_busy((uintptr_t)__builtin_frame_address(0)));
    assert_int_equal(enter_below(&again), left);
    assert_int_equal(again, 0);
    thread_self.busy_sp = 0;
}

static void busy_for_long_is_never_stale(void **state)
{
    (void)state;
    uintptr_t outer = thread_enter_for_long();
    assert_true(thread_is_busy((uintptr_t)__builtin_frame_address(0)));
    assert_true(thread_is_busy((uintptr_t)-4096));
    thread_leave(outer);
    assert_int_equal(thread_self.busy_sp, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy_between_enter_and_leave),
        cmocka_unit_test(calls_within_the_allocator_are_told),
        cmocka_unit_test(a_mark_that_was_left_behind_is_stale),
        cmocka_unit_test(busy_for_long_is_never_stale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
