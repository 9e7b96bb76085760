#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <signal.h>

#include "preload/signal_names.h"

static void names_are_known_in_every_spelling(void **state)
{
    (void)state;
    const struct {
        const char *name;
        int number;
    } cases[] = {{"USR1", SIGUSR1},   {"SIGUSR2", SIGUSR2},        {"none", 0},
                 {"RTMIN", SIGRTMIN}, {"RTMIN+5", SIGRTMIN + 5},   {"SIGRTMAX-1", SIGRTMAX - 1},
                 {"12", SIGUSR2},     {"RTMAX", SIGRTMAX},         {"POLL", SIGIO},
                 {"64", 64},          {"RTMIN+30", SIGRTMIN + 30}, {"HUP", SIGHUP}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int number = -1;
        assert_true(signal_from_name(cases[i].name, &number));
        assert_int_equal(number, cases[i].number);
    }
}

static void what_cannot_ask_for_a_dump_is_refused(void **state)
{
    (void)state;
    const char *const bad[] = {"",        "usr1", "USR3", "KILL",   "SIGSTOP",  "0",
                               "9",       "19",   "32",   "RTMIN+", "RTMIN+31", "RTMIN-1",
                               "RTMAX+1", "65",   "SIG",  "-1",     "SIG12"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int number = -1;
        assert_false(signal_from_name(bad[i], &number));
        assert_int_equal(number, -1);
    }
}

static void names_come_back(void **state)
{
    (void)state;
    for (int number = 0; number <= 64; number++) {
        char name[32];
        int again = -1;
        signal_to_name(number, name, sizeof(name));
        if (number == SIGKILL || number == SIGSTOP || number == 32 || number == 33)
            continue;
        assert_true(signal_from_name(name, &again));
        assert_int_equal(again, number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known_in_every_spelling),
        cmocka_unit_test(what_cannot_ask_for_a_dump_is_refused),
        cmocka_unit_test(names_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
