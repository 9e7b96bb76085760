/*
 * See fault_guard.h. The handlers are installed with the raw system call: sigaction() is one of the
 * tracker's own hooks, and remembers what the program asked for. SA_NODEFER keeps the signals
 * unblocked, so that a plain jump out of the handler is all there is to leaving it.
 */
#include "preload/fault_guard.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KERNEL_SA_RESTORER 0x04000000
#define KERNEL_SIGSET_BYTES 8

struct kernel_sigaction {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static struct {
    jmp_buf *innermost;
    uintptr_t address;
} guard;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)context;
    if (!guard.innermost)
        syscall(SYS_exit_group, 128 + signal);
    guard.address = (uintptr_t)info->si_addr;
    _longjmp(*guard.innermost, 1);
}

/* The kernel wants one; nobody returns through it. */
static void restorer(void)
{
    syscall(SYS_exit_group, 1);
}

int fault_guard_init(void)
{
    struct kernel_sigaction action = {
        .handler = on_fault,
        .flags = SA_SIGINFO | SA_NODEFER | KERNEL_SA_RESTORER,
        .restorer = restorer,
    };
    uint64_t faults = 1ull << (SIGSEGV - 1) | 1ull << (SIGBUS - 1);
    if (syscall(SYS_rt_sigaction, SIGSEGV, &action, NULL, KERNEL_SIGSET_BYTES) != 0 ||
        syscall(SYS_rt_sigaction, SIGBUS, &action, NULL, KERNEL_SIGSET_BYTES) != 0 ||
        syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &faults, NULL, KERNEL_SIGSET_BYTES) != 0)
        return errno;
    return 0;
}

bool fault_guard_run(void (*run)(void *argument), void *argument)
{
    jmp_buf here;
    jmp_buf *outer = guard.innermost;
    bool whole = false;
    if (_setjmp(here) == 0) {
        guard.innermost = &here;
        run(argument);
        whole = true;
    }
    guard.innermost = outer;
    return whole;
}

uintptr_t fault_guard_address(void)
{
    return guard.address;
}

struct copy {
    void *destination;
    uintptr_t source;
    size_t bytes;
};

/* Not by memcpy: AddressSanitizer, where tests are built with it, judges that by whose memory it
 * reads, and what is looked at here may be anything. */
static void run_copy(void *argument)
{
    const struct copy *copy = argument;
    void *destination = copy->destination;
    uintptr_t source = copy->source;
    size_t bytes = copy->bytes;
    __asm__ volatile("rep movsb" : "+D"(destination), "+S"(source), "+c"(bytes) : : "memory");
}

bool fault_guard_copy(void *destination, uintptr_t source, size_t bytes)
{
    struct copy copy = {destination, source, bytes};
    return fault_guard_run(run_copy, &copy);
}
