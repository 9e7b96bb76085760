/* The restorer (the code that a handler returns to) is borrowed from libc, so that debuggers and
 * unwinders recognise our handlers' frames as they do any others. */
#include "preload/signals.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "preload/seccomp.h"

#define KERNEL_SA_RESTORER 0x04000000ul

uint64_t signals_block_all(void)
{
    uint64_t all = ~UINT64_C(0), before = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof(all));
    return before;
}

void signals_restore(uint64_t mask)
{
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
}

void signals_change_mask(int how, uint64_t set)
{
    syscall(SYS_rt_sigprocmask, how, &set, NULL, sizeof(set));
}

uint64_t signals_pending(void)
{
    uint64_t pending = 0;
    if (seccomp_kills(SYS_rt_sigpending))
        return UINT64_MAX;
    syscall(SYS_rt_sigpending, &pending, sizeof(pending));
    return pending;
}

bool signals_get_action(int number, struct kernel_sigaction *ret_action)
{
    return syscall(SYS_rt_sigaction, number, NULL, ret_action, sizeof(uint64_t)) == 0;
}

bool signals_set_action(int number, const struct kernel_sigaction *action)
{
    return syscall(SYS_rt_sigaction, number, action, NULL, sizeof(uint64_t)) == 0;
}

/* libc's restorer: what the kernel's record holds after libc's sigaction() has installed a handler.
 * SIGURG, ignored by default, is borrowed for the moment. */
static void (*libc_restorer(void))(void)
{
    static void (*restorer)(void);
    int (*libc_sigaction)(int, const struct sigaction *, struct sigaction *) =
        (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(RTLD_NEXT, "sigaction");
    struct kernel_sigaction before, set;
    if (!restorer && libc_sigaction && signals_get_action(SIGURG, &before)) {
        struct sigaction action = {.sa_handler = (void (*)(int))(uintptr_t)libc_restorer};
        if (libc_sigaction(SIGURG, &action, NULL) == 0 && signals_get_action(SIGURG, &set))
            restorer = set.restorer;
        signals_set_action(SIGURG, &before);
    }
    return restorer;
}

bool signals_install(int number, signal_handler *handler)
{
    struct kernel_sigaction action = {
        .handler = handler,
        .flags = SA_SIGINFO | SA_RESTART | KERNEL_SA_RESTORER,
        .restorer = libc_restorer(),
        .mask = ~UINT64_C(0),
    };
    return action.restorer && signals_set_action(number, &action);
}

bool signals_queue(pid_t tid, int number, uint64_t value)
{
    siginfo_t info;
    memset(&info, 0, sizeof(info));
    info.si_signo = number;
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_ptr = (void *)value;
    if (tid)
        return syscall(SYS_rt_tgsigqueueinfo, info.si_pid, tid, number, &info) == 0;
    return syscall(SYS_rt_sigqueueinfo, info.si_pid, number, &info) == 0;
}

uint64_t *signals_context_mask(void *context)
{
    return (uint64_t *)&((ucontext_t *)context)->uc_sigmask;
}
