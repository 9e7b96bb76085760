/*
 * The alternate signal stack is an array of main's, above the frames that a handler which runs on
 * it has interrupted. Both hold a block.
 */
#include <signal.h>

#include "tests/e2e/programs/gate.h"

#define STACK_BYTES 65536

static void handle(int signal)
{
    void *volatile block = malloc(100);
    if (signal == SIGUSR2)
        gate();
    free(block);
}

static void run(void)
{
    void *volatile block = malloc(100);
    raise(SIGUSR2);
    free(block);
}

int main(void)
{
    char area[STACK_BYTES] = {0};
    stack_t stack = {.ss_sp = area, .ss_size = sizeof(area)};
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};

    if (sigaltstack(&stack, NULL) != 0 || sigaction(SIGUSR2, &action, NULL) != 0)
        return 1;
    run();
    stack.ss_flags = SS_DISABLE;
    return sigaltstack(&stack, NULL);
}
