/* Times and sizes on the command line; refusals end the program, so a child tries them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/amounts.h"

static bool refused(uint64_t (*parse)(const char *, const char *, const char *), const char *text)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        fclose(stderr);
        parse("watch", "--option", text);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 2;
}

static void times(void **state)
{
    (void)state;
    assert_int_equal(amounts_seconds("watch", "--every", "1"), 1);
    assert_int_equal(amounts_seconds("watch", "--every", "90s"), 90);
    assert_int_equal(amounts_seconds("watch", "--every", "10m"), 600);
    assert_int_equal(amounts_seconds("watch", "--every", "2h"), 7200);
    assert_int_equal(amounts_seconds("watch", "--every", "366d"), 366 * 86400);
    static const char *const wrong[] = {"",
                                        "0",
                                        "0s",
                                        "s",
                                        "-1s",
                                        " 1s",
                                        "1x",
                                        "1ms",
                                        "1.5",
                                        "367d",
                                        "99999999999999999999",
                                        "1m ",
                                        "18446744073709551615d"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_true(refused(amounts_seconds, wrong[i]));
}

static void sizes(void **state)
{
    (void)state;
    assert_int_equal(amounts_bytes("watch", "--above", "1"), 1);
    assert_int_equal(amounts_bytes("watch", "--above", "64K"), 65536);
    assert_int_equal(amounts_bytes("watch", "--above", "500M"), 500u << 20);
    assert_int_equal(amounts_bytes("watch", "--above", "2G"), 2ull << 30);
    assert_int_equal(amounts_bytes("watch", "--above", "1T"), 1ull << 40);
    static const char *const wrong[] = {"", "0", "0G", "G", "-2G", "2GB", "2g", "99999999T"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_true(refused(amounts_bytes, wrong[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
