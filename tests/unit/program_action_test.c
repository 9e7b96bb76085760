/* What the kernel is told of a program's handlers, and what the program sees of it. */
#include "preload/program_action.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DUMP SIGUSR1
#define ALL (~UINT64_C(0))
#define OURS (signal_bit(DUMP) | signal_bit(CONTROL_SIGNAL))

static void programs_handler(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    (void)context;
}

static void once_handler(int number, siginfo_t *info, void *context)
{
    programs_handler(number, info, context);
}

static uint64_t mask_of(const struct sigaction *action)
{
    return *(const uint64_t *)&action->sa_mask;
}

static struct sigaction wanted(int flags)
{
    struct sigaction action = {.sa_sigaction = programs_handler, .sa_flags = SA_SIGINFO | flags};
    memset(&action.sa_mask, 0xff, sizeof(action.sa_mask));
    return action;
}

static void test_masks_without_our_signals(void **state)
{
    (void)state;
    struct sigaction programs = wanted(0), told;
    struct program_action kept;
    program_action_translate(&programs, DUMP, true, NULL, &told, &kept);
    assert_int_equal(mask_of(&told), ALL & ~OURS);
    program_action_show(&kept, DUMP, &told);
    assert_int_equal(mask_of(&told), ALL);
    program_action_translate(&programs, DUMP, false, NULL, &told, &kept);
    assert_int_equal(mask_of(&told), ALL & ~signal_bit(CONTROL_SIGNAL));
    program_action_translate(&programs, 0, true, NULL, &told, &kept);
    assert_int_equal(mask_of(&told), ALL & ~signal_bit(CONTROL_SIGNAL));
}

static void test_handler_that_runs_once(void **state)
{
    (void)state;
    struct sigaction programs = wanted((int)SA_RESETHAND), told;
    struct program_action kept;
    program_action_translate(&programs, DUMP, false, once_handler, &told, &kept);
    assert_ptr_equal(told.sa_sigaction, once_handler);
    assert_int_equal(told.sa_flags, SA_SIGINFO);
    program_action_set(DUMP, &kept);
    kept = program_action_get(DUMP);
    program_action_show(&kept, DUMP, &told);
    assert_ptr_equal(told.sa_sigaction, programs_handler);
    assert_int_equal(told.sa_flags, programs.sa_flags);
    assert_ptr_equal(program_action_take_once(DUMP), programs_handler);
    assert_null(program_action_take_once(DUMP));
    programs.sa_handler = SIG_IGN;
    program_action_translate(&programs, DUMP, false, once_handler, &told, &kept);
    assert_ptr_equal(told.sa_handler, SIG_IGN);
    assert_null(kept.once);
}

static uint64_t kernels_mask(int number)
{
    struct kernel_sigaction now;
    assert_true(signals_get_action(number, &now));
    return now.mask;
}

/* As the dump signal changes hands. */
static void test_masks_follow_the_owner(void **state)
{
    (void)state;
    struct sigaction programs = wanted(0);
    sigemptyset(&programs.sa_mask);
    sigaddset(&programs.sa_mask, DUMP);
    sigaddset(&programs.sa_mask, SIGHUP);
    assert_int_equal(sigaction(SIGTERM, &programs, NULL), 0);
    program_actions_settle(DUMP, true);
    assert_int_equal(kernels_mask(SIGTERM), signal_bit(SIGHUP));
    assert_true(program_action_get(SIGTERM).masks_dump_signal);
    assert_false(program_action_get(SIGALRM).masks_dump_signal);
    program_actions_settle(DUMP, false);
    assert_int_equal(kernels_mask(SIGTERM), signal_bit(SIGHUP) | signal_bit(DUMP));
    assert_false(program_action_get(SIGTERM).masks_dump_signal);
    assert_int_equal(kernels_mask(SIGALRM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks_without_our_signals),
        cmocka_unit_test(test_handler_that_runs_once),
        cmocka_unit_test(test_masks_follow_the_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
