/*
 * A program whose handlers block every signal while they run, whose handler for SIGUSR1 runs once,
 * and whose vfork children put SIGUSR1 back to its default: each sees what it set, and a dump that
 * comes meanwhile changes nothing. Ends with the number of what went wrong.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

static volatile sig_atomic_t handled;

static void stand_at_gate(int signal)
{
    handled += signal == SIGUSR2;
    wait_at_gate();
}

static void count(int signal)
{
    handled += signal == SIGUSR1;
}

static int holds(int number, void (*handler)(int), int flags, const sigset_t *mask)
{
    struct sigaction now;

    return sigaction(number, NULL, &now) == 0 && now.sa_handler == handler &&
           (now.sa_flags & (int)(SA_RESETHAND | SA_RESTART | SA_SIGINFO)) == flags &&
           *(uint64_t *)&now.sa_mask == *(const uint64_t *)mask;
}

/* A dump of each kind comes while the handler runs; the call below it is interrupted all the same.
 * Signals that cannot be blocked leave a mask in the kernel. */
static int interrupt_pause(unsigned char mask_byte)
{
    struct sigaction action = {.sa_handler = stand_at_gate};

    memset(&action.sa_mask, mask_byte, 8);
    sigdelset(&action.sa_mask, SIGKILL);
    sigdelset(&action.sa_mask, SIGSTOP);
    if (sigaction(SIGUSR2, &action, NULL) || !holds(SIGUSR2, stand_at_gate, 0, &action.sa_mask))
        return 1;
    wipe_stack();
    if (write(STDOUT_FILENO, "ready\n", 6) != 6 || pause() != -1 || errno != EINTR)
        return 2;
    return holds(SIGUSR2, stand_at_gate, 0, &action.sa_mask) ? 0 : 3;
}

/* While SIGUSR1 is the program's, the masks are the kernel's too, and ours again afterwards. */
static int handle_once(void)
{
    struct sigaction once = {.sa_handler = count, .sa_flags = (int)SA_RESETHAND}, before, masking;
    sigset_t none;

    sigemptyset(&none);
    handled = 0;
    sigaction(SIGUSR2, NULL, &masking);
    if (sigaction(SIGUSR1, &once, &before) || before.sa_handler != SIG_DFL ||
        !holds(SIGUSR1, count, (int)SA_RESETHAND, &none))
        return 4;
    if (!holds(SIGUSR2, stand_at_gate, 0, &masking.sa_mask))
        return 5;
    if (raise(SIGUSR1) || handled != 1 || !holds(SIGUSR1, SIG_DFL, 0, &none))
        return 6;
    if (!holds(SIGUSR2, stand_at_gate, 0, &masking.sa_mask))
        return 7;
    gate(); /* one more is a dump */
    return handled == 1 ? 0 : 8;
}

/* Of plain handlers the mask is forgotten; one that runs once is kept while it is held back. */
static int set_in_older_ways(void)
{
    struct sigaction now;
    void (*old)(int);

    signal(SIGUSR2, stand_at_gate);
    if (sigaction(SIGUSR2, NULL, &now) || sigismember(&now.sa_mask, SIGUSR1))
        return 13;
    handled = 0;
    if (sysv_signal(SIGUSR1, count) != SIG_DFL || sigset(SIGUSR1, SIG_HOLD) != count)
        return 14;
    if (raise(SIGUSR1) || handled != 0 || sigrelse(SIGUSR1) || handled != 1)
        return 15;
    old = signal(SIGUSR1, SIG_DFL);
    return old == SIG_DFL ? 0 : 16;
}

static int reset_in_vfork_child(void)
{
    sigset_t all, mask;
    int status = -1;
    pid_t child;

    signal(SIGUSR1, count);
    child = vfork();
    if (child == 0) {
        signal(SIGUSR1, SIG_DFL);
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    if (waitpid(child, &status, 0) != child || status)
        return 9;
    handled = 0;
    if (raise(SIGUSR1) || handled != 1 || signal(SIGUSR1, SIG_DFL) != count)
        return 10;
    child = vfork();
    if (child == 0) { /* its handler is not the parent's, nor its mask */
        sigfillset(&all);
        signal(SIGUSR1, SIG_IGN);
        sigprocmask(SIG_SETMASK, &all, NULL);
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child || status)
        return 11;
    if (sigprocmask(SIG_BLOCK, NULL, &mask) || sigismember(&mask, SIGUSR1))
        return 12;
    gate();
    return 0;
}

int main(void)
{
    int wrong;

    lose_block(33);
    wrong = interrupt_pause(0xff);
    wrong = wrong ? wrong : handle_once();
    wrong = wrong ? wrong : set_in_older_ways();
    wrong = wrong ? wrong : reset_in_vfork_child();
    return wrong;
}
