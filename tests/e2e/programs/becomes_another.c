/*
 * Executes itself as another program while a dump of it is written; that one must find no child it
 * did not make, and no signal of one. As the other program it has an argument.
 */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

static int is_alone(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 && sigismember(&pending, SIGCHLD) == 0 &&
           waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD;
}

int main(int argc, char **argv)
{
    struct sigaction of_ends = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP};
    sigset_t child;

    if (argc > 1) {
        gate();
        return is_alone() ? 0 : 1;
    }
    sigaction(SIGCHLD, &of_ends, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    for (int i = 0; i < 200000; i++)
        lose_block(40);
    gate();
    execl(argv[0], argv[0], "other", (char *)NULL);
    return 2;
}
