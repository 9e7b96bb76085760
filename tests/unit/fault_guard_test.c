#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "preload/fault_guard.h"

#define PAGE 4096u

/* In each test: cmocka sets handlers of its own around them. */
static void take_over(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    assert_int_equal(fault_guard_init(), 0);
}

static void test_copy_stops_at_an_unreadable_page(void **state)
{
    (void)state;
    take_over();
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + PAGE, PAGE, PROT_NONE);
    pages[0] = 'x';
    char copy[16] = {0};
    assert_true(fault_guard_copy(copy, (uintptr_t)pages, 16));
    assert_int_equal(copy[0], 'x');
    for (int again = 0; again < 3; again++) {
        assert_false(fault_guard_copy(copy, (uintptr_t)pages + PAGE - 8, 16));
        uintptr_t at = fault_guard_address();
        assert_true(at >= (uintptr_t)pages + PAGE - 8 && at < (uintptr_t)pages + 2 * PAGE);
    }
    munmap(pages, 2 * PAGE);
}

static void inner(void *argument)
{
    char byte;
    assert_false(fault_guard_copy(&byte, 8, 1));
    volatile char *nowhere = argument;
    byte = *nowhere;
}

static void test_guards_nest(void **state)
{
    (void)state;
    take_over();
    assert_false(fault_guard_run(inner, (void *)16));
    assert_int_equal(fault_guard_address(), 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy_stops_at_an_unreadable_page),
        cmocka_unit_test(test_guards_nest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
