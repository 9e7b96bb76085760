/* What dumps' children cost is taken off the sum of all children, never below nothing. */
#include "preload/child_usage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct rusage child = {
    .ru_utime = {1, 700000}, .ru_stime = {0, 600000}, .ru_minflt = 5, .ru_nvcsw = 7};

static void test_the_childs_part_is_taken_off(void **state)
{
    (void)state;
    struct rusage all = {.ru_utime = {4, 500000},
                         .ru_stime = {2, 0},
                         .ru_minflt = 12,
                         .ru_nvcsw = 14,
                         .ru_nivcsw = 3,
                         .ru_maxrss = 9};
    child_usage_add(&child);
    child_usage_add(&child);
    child_usage_take_off(&all);
    assert_int_equal(all.ru_utime.tv_sec, 1);
    assert_int_equal(all.ru_utime.tv_usec, 100000);
    assert_int_equal(all.ru_stime.tv_sec, 0);
    assert_int_equal(all.ru_stime.tv_usec, 800000);
    assert_int_equal(all.ru_minflt, 2);
    assert_int_equal(all.ru_nvcsw, 0);
    assert_int_equal(all.ru_nivcsw, 3);
    assert_int_equal(all.ru_maxrss, 9);
}

/* As after an exec, or in a vfork child, where the kernel's sum is another process's. */
static void test_nothing_is_negative(void **state)
{
    (void)state;
    struct rusage all = {.ru_utime = {1, 0}, .ru_minflt = 1};
    child_usage_take_off(&all);
    assert_int_equal(all.ru_utime.tv_sec, 0);
    assert_int_equal(all.ru_utime.tv_usec, 0);
    assert_int_equal(all.ru_minflt, 0);
}

static void test_a_forked_child_begins_anew(void **state)
{
    (void)state;
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct rusage all = child;
        child_usage_take_off(&all);
        _exit(all.ru_utime.tv_sec == 1 && all.ru_minflt == 5 ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_childs_part_is_taken_off),
        cmocka_unit_test(test_nothing_is_negative),
        cmocka_unit_test(test_a_forked_child_begins_anew),
    };
    return child_usage_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
