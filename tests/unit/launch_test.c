/* What a program finds in its environment when it is started under the tracker. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "cli/launch.h"

static void expect_joined(const char *options, const char *key, const char *value,
                          const char *wanted)
{
    char *joined = launch_add_option(options ? strdup(options) : NULL, key, value);
    assert_string_equal(joined, wanted);
    free(joined);
}

static void options_are_joined_with_colons(void **state)
{
    (void)state;
    expect_joined(NULL, "depth", "32", "depth=32");
    expect_joined("", "depth", "32", "depth=32");
    expect_joined("signal=USR2", "depth", "32", "signal=USR2:depth=32");
    expect_joined("log=none", "dump", "/a:b", "log=none:dump=/a\\:b");
}

static void expect_found(const char *options, const char *key, const char *wanted)
{
    char *found = launch_find_option(options, key);
    if (wanted)
        assert_string_equal(found, wanted);
    else
        assert_null(found);
    free(found);
}

static void the_last_value_of_a_key_is_found(void **state)
{
    (void)state;
    expect_found(NULL, "dump", NULL);
    expect_found("dumps=1:log=x", "dump", NULL);
    expect_found("dump=/a\\:b:signal=USR2", "dump", "/a:b");
    expect_found("dump=a:signal=USR2:dump=b", "dump", "b");
    expect_found("::dump=", "dump", "");
}

static void the_tracker_comes_before_other_preloads(void **state)
{
    (void)state;
    unsetenv("LD_PRELOAD");
    launch_set_environment("/lib/libcaulk.so", "depth=3");
    assert_string_equal(getenv("LD_PRELOAD"), "/lib/libcaulk.so");
    assert_string_equal(getenv("CAULK_OPTIONS"), "depth=3");
    setenv("LD_PRELOAD", "/lib/other.so", 1);
    launch_set_environment("/lib/libcaulk.so", NULL);
    assert_string_equal(getenv("LD_PRELOAD"), "/lib/libcaulk.so:/lib/other.so");
}

static void expect_blocked(const char *options, int number)
{
    sigset_t mask;
    sigemptyset(&mask);
    unsetenv("CAULK_UNBLOCK");
    launch_block_signal(options, &mask);
    for (int i = 1; i < NSIG; i++)
        assert_int_equal(sigismember(&mask, i) == 1, i == number);
    assert_int_equal(getenv("CAULK_UNBLOCK") != NULL, number != 0);
}

static void the_dump_signal_is_blocked_until_the_tracker_takes_it(void **state)
{
    (void)state;
    expect_blocked(NULL, SIGUSR1);
    expect_blocked("depth=3", SIGUSR1);
    expect_blocked("signal=USR2", SIGUSR2);
    expect_blocked("signal=SIGHUP", SIGHUP);
    expect_blocked("signal=RTMIN+3", SIGRTMIN + 3);
    expect_blocked("signal=RTMAX-1", SIGRTMAX - 1);
    expect_blocked("signal=40", 40);
    expect_blocked("signal=none", 0);
    expect_blocked("signal=nonsense", 0);
    expect_blocked("signal=100000", 0);
}

static void signals_are_known_by_name_and_number(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",      "usr1",     "SIG",     "KILL",    "9",   "32",
                                        "USR1x", "RTMIN+99", "RTMIN-1", "RTMAX+1", "10x", "0",
                                        "65",    "RTMIN+",   "RTMINx",  "SIGSTOP", "-1",  "+5"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_int_equal(launch_signal_number(wrong[i]), -1);
    assert_int_equal(launch_signal_number("none"), 0);
    assert_int_equal(launch_signal_number("SIGTERM"), SIGTERM);
    assert_int_equal(launch_signal_number("10"), 10);
    assert_int_equal(launch_signal_number("64"), 64);
    assert_int_equal(launch_signal_number("RTMIN"), SIGRTMIN);
    assert_int_equal(launch_signal_number("SIGRTMAX-2"), SIGRTMAX - 2);
}

static void a_signal_that_was_blocked_before_stays_so(void **state)
{
    (void)state;
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    unsetenv("CAULK_UNBLOCK");
    launch_block_signal(NULL, &mask);
    assert_true(sigismember(&mask, SIGUSR1));
    assert_null(getenv("CAULK_UNBLOCK"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_joined_with_colons),
        cmocka_unit_test(the_last_value_of_a_key_is_found),
        cmocka_unit_test(the_tracker_comes_before_other_preloads),
        cmocka_unit_test(the_dump_signal_is_blocked_until_the_tracker_takes_it),
        cmocka_unit_test(signals_are_known_by_name_and_number),
        cmocka_unit_test(a_signal_that_was_blocked_before_stays_so),
    };
    return cmocka_run_group_tests_name("launch", tests, NULL, NULL);
}
