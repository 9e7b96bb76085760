#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <signal.h>

#include "libcaulk/dump_format.h"
#include "preload/options.h"

static char warnings[1024];

static void warn(const char *what, const char *value)
{
    strcat(strcat(strcat(strcat(warnings, what), "="), value), ";");
}

static unsigned warning_count;

static void count_warning(const char *what, const char *value)
{
    warning_count += what && value;
}

static struct options parse(const char *text)
{
    struct options options;
    warnings[0] = '\0';
    options_defaults(&options);
    options_apply(&options, text, warn);
    return options;
}

static void defaults_are_the_contract_s(void **state)
{
    (void)state;
    struct options options = parse(NULL);
    assert_string_equal(options.dump, "/tmp/caulk.%p.%n.dump");
    assert_int_equal(options.signal, SIGUSR1);
    assert_int_equal(options.depth, 64);
    assert_int_equal(options.stacks, DUMP_STACKS_FULL);
    assert_int_equal(options.interval_bytes, 512 * 1024);
    assert_false(options.at_exit);
    assert_false(options.memory_low || options.only_lost);
    assert_true(options.python_auto);
    assert_true(options.children);
    assert_int_equal(options.log, LOG_STDERR);
    assert_string_equal(warnings, "");
}

static void every_key_is_read(void **state)
{
    (void)state;
    struct options options =
        parse("dump=a\\:b/%p:signal=RTMIN+3:depth=1:stacks=sampled:interval=2M:at_exit=yes:"
              "memory=low:python=no:children=no:log=/var/log/x:detail=lost");
    assert_string_equal(warnings, "");
    assert_string_equal(options.dump, "a:b/%p");
    assert_int_equal(options.signal, SIGRTMIN + 3);
    assert_int_equal(options.depth, 1);
    assert_int_equal(options.stacks, DUMP_STACKS_SAMPLED);
    assert_int_equal(options.interval_bytes, 2 << 20);
    assert_true(options.at_exit);
    assert_true(options.only_lost);
    assert_true(options.memory_low);
    assert_false(options.python_auto);
    assert_false(options.children);
    assert_int_equal(options.log, LOG_FILE);
    assert_string_equal(options.log_path, "/var/log/x");
}

static void bad_pairs_are_one_warning_each_and_change_nothing(void **state)
{
    (void)state;
    const struct {
        const char *text, *warnings;
    } cases[] = {
        {"depth=0", "depth=0;"},
        {"depth=257", "depth=257;"},
        {"depth=", "depth=;"},
        {"signal=KILL", "signal=KILL;"},
        {"interval=0", "interval=0;"},
        {"interval=99999999999g", "interval=99999999999g;"},
        {"at_exit=1", "at_exit=1;"},
        {"detail=some", "detail=some;"},
        {"dump=", "dump=;"},
        {"dump=a\\", "dump=a\\;"},
        {"log=/b\\", "log=/b\\;"},
        {"stacks=half:memory=big", "stacks=half;memory=big;"},
        {"colour=red", "unknown option=colour;"},
        {"nonsense", "unknown option=nonsense;"},
        {"depth", "unknown option=depth;"},
        {"::", ""},
        {"", ""},
    };
    struct options defaults = parse(NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct options options = parse(cases[i].text);
        assert_string_equal(warnings, cases[i].warnings);
        assert_memory_equal(&options, &defaults, sizeof(options));
    }
}

static void a_value_too_long_is_refused(void **state)
{
    (void)state;
    char text[6000] = "dump=";
    memset(text + 5, 'x', sizeof(text) - 6);
    struct options options = parse(NULL);
    options_apply(&options, text, count_warning);
    assert_int_equal(warning_count, 1);
    assert_string_equal(options.dump, "/tmp/caulk.%p.%n.dump");
}

static void what_is_written_reads_the_same(void **state)
{
    (void)state;
    const char *const cases[] = {"", "dump=x\\:y:signal=none:depth=7:stacks=caller:log=a\\:b",
                                 "memory=low:at_exit=yes:log=syslog:interval=1k:detail=lost",
                                 "interval=5222222222222k"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[9000];
        struct options options = parse(cases[i]);
        size_t length = options_format(&options, text, sizeof(text));
        assert_int_equal(length, strlen(text));
        struct options again = parse(text);
        assert_string_equal(warnings, "");
        assert_memory_equal(&options, &again, sizeof(options));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_contract_s),
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(bad_pairs_are_one_warning_each_and_change_nothing),
        cmocka_unit_test(a_value_too_long_is_refused),
        cmocka_unit_test(what_is_written_reads_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
