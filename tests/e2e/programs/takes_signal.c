/*
 * A program with a use of its own for SIGUSR1 that is not a plain handler: it ignores it, waits for
 * it by sigwait or signalfd, or lets it in only where it waits (ppoll, pselect, sigsuspend). It
 * says how often it came.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/signalfd.h>

#include "tests/e2e/programs/gate.h"

static volatile sig_atomic_t handled;

static void handle(int number)
{
    handled += number == SIGUSR1;
}

static sigset_t usr1, none;

static void say(const char *what, int times)
{
    char line[64];
    int length = snprintf(line, sizeof(line), "%s %d\n", what, times);

    if (write(STDOUT_FILENO, line, length) != length)
        _exit(97);
}

static void take_by_sigwait(void)
{
    int number = 0;

    sigprocmask(SIG_BLOCK, &usr1, NULL);
    say("ready", 1);
    say("sigwait", sigwait(&usr1, &number) == 0 && number == SIGUSR1);
}

static void take_by_signalfd(void)
{
    struct signalfd_siginfo info;
    int fd;

    sigprocmask(SIG_BLOCK, &usr1, NULL);
    fd = signalfd(-1, &usr1, SFD_CLOEXEC);
    say("ready", 1);
    say("signalfd", read(fd, &info, sizeof(info)) == sizeof(info) && info.ssi_signo == SIGUSR1);
}

/* Blocked but while it waits. Each wait ends with EINTR, after the handler. */
static void take_while_waiting(const char *how)
{
    int status;

    sigprocmask(SIG_BLOCK, &usr1, NULL);
    signal(SIGUSR1, handle);
    say("ready", 1);
    if (!strcmp(how, "ppoll"))
        status = ppoll(NULL, 0, NULL, &none);
    else if (!strcmp(how, "pselect"))
        status = pselect(0, NULL, NULL, NULL, NULL, &none);
    else
        status = sigsuspend(&none);
    say(how, status == -1 && errno == EINTR && handled == 1);
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "ignore";

    sigemptyset(&none);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    lose_block(66);
    wipe_stack();
    if (!strcmp(how, "sigwait"))
        take_by_sigwait();
    else if (!strcmp(how, "signalfd"))
        take_by_signalfd();
    else if (strcmp(how, "ignore"))
        take_while_waiting(how);
    else
        signal(SIGUSR1, SIG_IGN);
    gate();
    return 0;
}
