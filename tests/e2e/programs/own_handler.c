/*
 * A program with a use of its own for SIGUSR1: by sigaction, and after it gave that up by SIG_DFL
 * the signal is the tracker's again. It says on standard output how often its handler ran.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/e2e/programs/gate.h"

static volatile sig_atomic_t handled;

static void handle(int signal)
{
    handled += signal == SIGUSR1;
}

static void say_handled(void)
{
    char line[32];
    int length = snprintf(line, sizeof(line), "handled %d\n", (int)handled);

    if (write(STDOUT_FILENO, line, length) != length)
        _exit(97);
}

int main(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART}, before, after;

    sigaction(SIGUSR1, NULL, &before);
    if (before.sa_handler != SIG_DFL)
        return 1;
    sigaction(SIGUSR1, &action, &before);
    sigaction(SIGUSR1, NULL, &after);
    if (before.sa_handler != SIG_DFL || after.sa_handler != handle ||
        !(after.sa_flags & SA_RESTART))
        return 2;
    lose_block(44);
    gate();
    say_handled();
    if (signal(SIGUSR1, SIG_DFL) != handle)
        return 3;
    gate();
    say_handled();
    return 0;
}
