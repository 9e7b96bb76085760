/*
 * The pager is a child with the read end of a pipe; this process keeps its own role, so that its
 * exit status is the command's. Ctrl-C goes to both: then the pager, which may be showing what came
 * so far, is waited for, or it and the shell would read the same keys.
 */
#include "cli/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/text.h"

#define USUAL "if command -v less >/dev/null; then exec less -FRX; else exec cat; fi"

static bool wanted;
static volatile pid_t pager;
static int terminal = -1; /* what standard output was */

void pager_want(void)
{
    wanted = true;
}

static void wait_for_pager(void)
{
    while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* An exit handler, before the one that looks whether all was written. */
static void end_pager(void)
{
    bool failed = fflush(stdout) != 0;
    dup2(terminal, STDOUT_FILENO); /* the pipe's last end: the pager has it all */
    wait_for_pager();
    if (failed)
        _exit(EXIT_FAILED);
}

static void on_interrupt(int number)
{
    close(STDOUT_FILENO);
    wait_for_pager();
    _exit(128 + number);
}

/* Of other pagers than less it is not known what they make of escape sequences. */
static bool shows_colours(const char *command)
{
    size_t length = strcspn(command, " ");
    return length >= 4 && !memcmp(command + length - 4, "less", 4);
}

static _Noreturn void become_pager(const char *command, int input)
{
    dup2(input, STDIN_FILENO);
    setenv("LESS", "FRX", 0);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void start(const char *command)
{
    int ends[2];
    terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (terminal < 0 || pipe2(ends, O_CLOEXEC))
        return;
    pager = fork();
    if (pager == 0)
        become_pager(command, ends[0]);
    if (pager > 0) {
        dup2(ends[1], STDOUT_FILENO);
        atexit(end_pager);
        signal(SIGINT, on_interrupt);
        signal(SIGTERM, on_interrupt);
    }
    close(ends[0]);
    close(ends[1]);
}

void pager_start(void)
{
    const char *own = getenv("CAULK_PAGER"), *common = getenv("PAGER");
    const char *command = own ? own : common;
    const char *kind = getenv("TERM");
    if (!wanted || !isatty(STDOUT_FILENO) || !kind || !strcmp(kind, "dumb") ||
        (command && (!*command || !strcmp(command, "cat"))))
        return;
    start(command ? command : USUAL);
    if (pager > 0)
        text_set_paged(!command || shows_colours(command));
}
