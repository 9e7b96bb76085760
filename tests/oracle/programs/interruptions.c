/* Allocates in signal handlers, which interrupted whatever there is, and after they were left. */
#include <assert.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <ucontext.h>

#include "tests/oracle/programs/corner.h"

#define STACK_BYTES (64 * 1024)

static volatile sig_atomic_t signals_seen;

static void on_signal(int signal)
{
    (void)signal;
    signals_seen++;
    allocate();
}

static void set_handler(int signal, int flags)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    assert(sigaction(signal, &action, NULL) == 0);
}

__attribute__((noinline)) static unsigned sum(const char *text, unsigned depth)
{
    char copy[64];
    strncpy(copy, text, sizeof(copy) - 1);
    copy[63] = 0;
    return depth ? sum(copy, depth - 1) + (unsigned)strlen(copy)
                 : (unsigned)strtoul(copy, NULL, 10);
}

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* A timer interrupts code at any instruction: prologues, linkage stubs, the C library. None of it
 * allocates, so the handler may. */
static void interrupt_everywhere(void)
{
    struct itimerval timer = {{0, 100}, {0, 100}}, off = {{0, 0}, {0, 0}};
    int numbers[64];
    volatile unsigned total = 0;
    signals_seen = 0;
    setitimer(ITIMER_REAL, &timer, NULL);
    while (signals_seen < 4 * ROUNDS) {
        for (int i = 0; i < 64; i++)
            numbers[i] = i * 37 % 64;
        qsort(numbers, 64, sizeof(int), compare_ints);
        total += sum("12345 and some text after it", 8) + (unsigned)numbers[3];
    }
    setitimer(ITIMER_REAL, &off, NULL);
}

static void corner_signals(void)
{
    static char other_stack[STACK_BYTES];
    stack_t alternate = {.ss_sp = other_stack, .ss_size = sizeof(other_stack)};
    set_handler(SIGUSR2, 0);
    for (unsigned i = 0; i < ROUNDS; i++)
        raise(SIGUSR2);
    set_handler(SIGALRM, SA_RESTART);
    interrupt_everywhere();
    assert(sigaltstack(&alternate, NULL) == 0);
    set_handler(SIGALRM, SA_RESTART | SA_ONSTACK);
    interrupt_everywhere();
}

#define TRAP_FLAG 0x100ul

static volatile bool stop_stepping;

static void on_step(int signal, siginfo_t *info, void *context)
{
    ucontext_t *interrupted = context;
    (void)signal;
    (void)info;
    signals_seen++;
    allocate();
    if (stop_stepping)
        interrupted->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
}

/* Single steps: a handler allocates at each instruction of some thousand, of every kind of code
 * that has tables but doesn't allocate: prologues, linkage stubs, the loader where it binds a
 * function at its first call, the C library's assembly. */
static void corner_steps(void)
{
    struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};
    volatile unsigned total = 0;
    assert(sigaction(SIGTRAP, &action, NULL) == 0);
    signals_seen = 0;
    stop_stepping = false;
    __asm__ volatile("pushf\n\t orl %0, (%%rsp)\n\t popf" ::"i"(TRAP_FLAG) : "memory", "cc");
    for (unsigned i = 0; i < 3; i++)
        total += sum("77 steps", 3) + (unsigned)labs(-atol("5"));
    stop_stepping = true;
    assert(total == 3 * (77 + 3 * 8 + 5));
    assert(signals_seen > 500);
}

static sigjmp_buf back;

static void leave(int signal)
{
    (void)signal;
    allocate();
    siglongjmp(back, 1);
}

static void corner_longjmp(void)
{
    struct sigaction action = {.sa_handler = leave};
    assert(sigaction(SIGUSR2, &action, NULL) == 0);
    for (volatile unsigned i = 0; i < ROUNDS; i++)
        if (!sigsetjmp(back, 1)) {
            alloca_frames(i % 5);
            raise(SIGUSR2);
        } else {
            realigned(i % 5);
        }
}

int main(int argc, char **argv)
{
    static const struct corner corners[] = {
        {"signals", corner_signals}, {"steps", corner_steps}, {"longjmp", corner_longjmp}};
    return visit_corners(corners, sizeof(corners) / sizeof(corners[0]), argc, argv);
}
