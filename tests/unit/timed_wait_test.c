/* What is left of a wait that was noted; all of it where the call is another. */
#include "preload/timed_wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A longjmp left it: what waits later, deeper, higher or for another time, is not meant. */
static void test_what_is_not_noted_starts_afresh(void **state)
{
    (void)state;
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    assert_int_equal(timed_wait_left_ms(sp - 64, 5000), 5000);
    timed_wait_begin_ms(5000);
    assert_int_equal(timed_wait_left_ms(sp - 64, 4000), 4000);
    assert_int_equal(timed_wait_left_ms(sp - 4096, 5000), 5000);
    assert_int_equal(timed_wait_left_ms(sp + 4096, 5000), 5000);
    assert_in_range(timed_wait_left_ms(sp - 64, 5000), 1, 5000);
    timed_wait_end();
    assert_int_equal(timed_wait_left_ms(sp - 64, 5000), 5000);
    timed_wait_begin_ms(-1);
    assert_int_equal(timed_wait_left_ms(sp - 64, -1), -1);
}

static void test_a_timespec_is_read_once(void **state)
{
    (void)state;
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    struct timespec given = {.tv_sec = 5};
    assert_ptr_equal(timed_wait_left(sp - 64, &given), &given);
    timed_wait_begin();
    assert_null(timed_wait_left(sp - 64, NULL));
    const struct timespec *left = timed_wait_left(sp - 64, &given);
    assert_ptr_not_equal(left, &given);
    assert_in_range(left->tv_sec, 0, 5);
    assert_int_equal(given.tv_sec, 5); /* the program's is left alone */
    struct timespec before = *left;
    assert_ptr_equal(timed_wait_left(sp - 64, left), left); /* the second dump's */
    assert_true(left->tv_sec < before.tv_sec || left->tv_nsec <= before.tv_nsec);
    timed_wait_end();
}

static void test_endless_ones_stay_so(void **state)
{
    (void)state;
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    struct timespec endless = {.tv_sec = INT64_MAX};
    timed_wait_begin();
    assert_ptr_equal(timed_wait_left(sp - 64, &endless), &endless);
    timed_wait_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_noted_starts_afresh),
        cmocka_unit_test(test_a_timespec_is_read_once),
        cmocka_unit_test(test_endless_ones_stay_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
