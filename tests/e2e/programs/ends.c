/* A program that ends, in the way it is told to, while a dump of it is written. */
#include <signal.h>

#include "tests/e2e/programs/gate.h"

int main(int argc, char **argv)
{
    struct sigaction of_ends = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP};

    sigaction(SIGCHLD, &of_ends, NULL);
    for (int i = 0; i < 200000; i++) /* a dump takes its time */
        lose_block(40);
    gate();
    if (argc > 1 && !strcmp(argv[1], "_exit"))
        _exit(7);
    if (argc > 1 && !strcmp(argv[1], "crash"))
        raise(SIGSEGV);
    exit(7);
}
