/*
 * The kernel puts -EINTR into rax and forgets the call's number. It is found again in the code:
 * libc loads it with `mov $number, %eax` a few instructions before `syscall`, and it must be one of
 * the calls that are known to be never restarted and safe to repeat. syscall(2) is the tracker's
 * own (hooks_seccomp.c) and leaves the number below its stack pointer. Where none is found (a
 * program's own assembly), the program sees EINTR, as after any signal.
 */
#include "preload/interrupted.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "preload/seccomp.h"
#include "preload/signals.h"
#include "preload/timed_wait.h"

#define PAGE_BYTES 4096
#define SYSCALL_BYTES 2
#define LOAD_OPCODE 0xb8
#define SYSCALLS_END 512     /* no number is larger: it is another constant */
#define LOAD_BYTES 5         /* b8 imm32 */
#define LOAD_DISTANCE_MAX 64 /* bytes before the syscall in which the load is looked for */

/* Layout of the signal frame's extended state (the kernel's struct _fpx_sw_bytes). */
#define FXSAVE_BYTES 512
#define FXSAVE_SOFTWARE_OFFSET 464
#define XSTATE_MAGIC 0x46505853u

/* After a handler they return EINTR, whatever its flags. */
static const uint16_t never_restarted[] = {
    SYS_poll,
    SYS_ppoll,
    SYS_select,
    SYS_pselect6,
    SYS_epoll_wait,
    SYS_epoll_pwait,
    SYS_epoll_pwait2,
    SYS_pause,
    SYS_rt_sigsuspend,
    SYS_rt_sigtimedwait,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_semop,
    SYS_semtimedop,
    SYS_msgsnd,
    SYS_msgrcv,
    SYS_io_getevents,
    333 /* io_pgetevents */,
    426 /* io_uring_enter */,
};

/* After one with SA_RESTART the kernel begins them anew, but for some where they have a timeout. */
static const uint16_t restarted[] = {
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_mq_timedsend,
    SYS_mq_timedreceive,
    SYS_accept,
    SYS_accept4,
    SYS_recvfrom,
    SYS_recvmsg,
    SYS_recvmmsg,
    SYS_sendto,
    SYS_sendmsg,
    SYS_sendmmsg,
    SYS_connect,
    SYS_futex,
    449 /* futex_waitv */,
    SYS_wait4,
    SYS_waitid,
    SYS_flock,
    SYS_fcntl,
    SYS_splice,
    SYS_tee,
    SYS_vmsplice,
    SYS_getrandom,
};

static bool is_one_of(const uint16_t *calls, size_t bytes, uint64_t number)
{
    for (size_t i = 0; i < bytes / sizeof(*calls); i++)
        if (calls[i] == number)
            return true;
    return false;
}

static bool is_never_restarted(uint64_t number)
{
    return is_one_of(never_restarted, sizeof(never_restarted), number);
}

static bool is_repeatable(uint64_t number)
{
    return is_never_restarted(number) || is_one_of(restarted, sizeof(restarted), number);
}

static struct {
    uintptr_t start, end;
} libc_code;

static int find_libc_code(struct dl_phdr_info *module, size_t size, void *inside)
{
    (void)size;
    for (int i = 0; i < module->dlpi_phnum; i++) {
        uintptr_t start = module->dlpi_addr + module->dlpi_phdr[i].p_vaddr;
        uintptr_t end = start + module->dlpi_phdr[i].p_memsz;
        if (module->dlpi_phdr[i].p_type == PT_LOAD && (uintptr_t)inside - start < end - start) {
            libc_code.start = start;
            libc_code.end = end;
            return 1;
        }
    }
    return 0;
}

void interrupted_start(void)
{
    dl_iterate_phdr(find_libc_code, dlsym(RTLD_NEXT, "syscall")); /* not our own */
}

static bool is_in_libc(const uint8_t *at)
{
    return (uintptr_t)at - libc_code.start < libc_code.end - libc_code.start;
}

static bool is_system_call(const uint8_t *at)
{
    return at[0] == 0x0f && at[1] == 0x05;
}

/* The `syscall` instruction that the code stopped behind, or NULL. The bytes before an instruction
 * at the start of a page may not be mapped, but in libc. */
static const uint8_t *system_call(const greg_t *registers)
{
    const uint8_t *at = (const uint8_t *)registers[REG_RIP] - SYSCALL_BYTES;
    bool same_page = (registers[REG_RIP] & (PAGE_BYTES - 1)) >= SYSCALL_BYTES;
    return (same_page || is_in_libc(at)) && is_system_call(at) ? at : NULL;
}

/* Vector registers are the caller's to save: a thread that waits in one of libc's system calls, or
 * was stepped back to it, has nothing in them but what earlier code left. */
static bool vectors_are_dead(const greg_t *registers)
{
    const uint8_t *next = (const uint8_t *)registers[REG_RIP];
    const uint8_t *last = next - SYSCALL_BYTES;
    return is_in_libc(last) && is_in_libc(next) && (is_system_call(last) || is_system_call(next));
}

uintptr_t interrupted_sp(void *context)
{
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RSP];
}

static size_t vector_bytes(const void *fpstate)
{
    uint32_t software[2]; /* magic, size with the extended state */
    memcpy(software, (const char *)fpstate + FXSAVE_SOFTWARE_OFFSET, sizeof(software));
    return software[0] == XSTATE_MAGIC && software[1] > FXSAVE_BYTES ? software[1] : FXSAVE_BYTES;
}

void interrupted_place(void *context, struct stopped_at *ret_place)
{
    ucontext_t *user = context;
    bool alternate = !(user->uc_stack.ss_flags & SS_DISABLE) && user->uc_stack.ss_size;
    uintptr_t altstack = alternate ? (uintptr_t)user->uc_stack.ss_sp : 0;
    const void *fpstate =
        vectors_are_dead(user->uc_mcontext.gregs) ? NULL : user->uc_mcontext.fpregs;
    *ret_place = (struct stopped_at){
        .sp = interrupted_sp(context),
        .red_zone = true,
        .registers = (const uint64_t *)user->uc_mcontext.gregs,
        .register_words = REG_RIP, /* all before it are general registers */
        .vector_registers = fpstate,
        .vector_words = fpstate ? vector_bytes(fpstate) / sizeof(uint64_t) : 0,
        .altstack_start = altstack,
        .altstack_end = alternate ? altstack + user->uc_stack.ss_size : 0,
    };
}

/* Behind the `syscall` instruction of syscall(); not there in unit tests. */
extern const uint8_t kernel_call_made[] __attribute__((weak, visibility("hidden")));

static int number_left_by_syscall(const greg_t *registers)
{
    const uint64_t *red_zone = (const uint64_t *)registers[REG_RSP] - 1;
    uint64_t number = *red_zone;
    return number < SYSCALLS_END && is_repeatable(number) ? (int)number : -1;
}

/* The number loaded last before the syscall instruction at `at`, or -1. In libc the load may be
 * some instructions away; in other code only one directly before is believed. The bytes are copied
 * by the kernel: they may begin on a page that isn't mapped. */
static int loaded_number(const uint8_t *at)
{
    uint8_t code[LOAD_DISTANCE_MAX];
    size_t reach = is_in_libc(at) ? sizeof(code) : LOAD_BYTES;
    struct iovec to = {code, reach};
    struct iovec from = {(void *)(at - reach), reach};
    if (seccomp_kills(SYS_process_vm_readv) ||
        syscall(SYS_process_vm_readv, getpid(), &to, 1, &from, 1, 0) != (long)reach)
        return -1;
    for (size_t i = reach - LOAD_BYTES + 1; i-- > 0;) {
        uint32_t number;
        memcpy(&number, &code[i + 1], sizeof(number));
        if (code[i] == LOAD_OPCODE && is_repeatable(number))
            return (int)number;
    }
    return -1;
}

/* Would a call return EINTR for it? Our handler blocks all signals, and so keeps even those waiting
 * that are ignored. */
static bool ends_call(int number, bool restarts)
{
    struct kernel_sigaction action;
    if (seccomp_kills(SYS_rt_sigaction) || !signals_get_action(number, &action))
        return true;
    uintptr_t handler = (uintptr_t)action.handler;
    return handler != (uintptr_t)SIG_IGN && handler != (uintptr_t)SIG_DFL &&
           !(restarts && action.flags & SA_RESTART);
}

/* Of a signal that was sent to the whole process all threads would see that it waits, and one alone
 * would handle it: it is made this thread's, or is another's already. Realtime signals would lose
 * their order. None is taken where a filter refuses to send it on, which number 0 tells. */
static bool is_to_be_handled_here(uint64_t set)
{
    const uint64_t queued = ~(signal_bit(CONTROL_SIGNAL) - 1);
    struct timespec none = {0};
    pid_t tid = (pid_t)syscall(SYS_gettid);
    siginfo_t info;
    if (!set || set & queued || seccomp_kills(SYS_rt_sigtimedwait) || !signals_queue(tid, 0, 0))
        return set;
    long number = syscall(SYS_rt_sigtimedwait, &set, &info, &none, sizeof(set));
    if (number > 0)
        syscall(SYS_rt_tgsigqueueinfo, getpid(), tid, number, &info);
    return number > 0 || errno != EAGAIN;
}

static bool program_signal_waits(void *context, uint64_t own, bool restarts)
{
    uint64_t ending = 0;
    uint64_t set = signals_pending() & ~*signals_context_mask(context) & ~own;
    for (; set; set &= set - 1)
        if (ends_call(__builtin_ctzll(set) + 1, restarts))
            ending |= set & -set;
    return is_to_be_handled_here(ending);
}

static void go_on_with(greg_t *argument, greg_t value)
{
    if (*argument != value)
        *argument = value;
}

/* Most calls leave their timespec as what is left. Not those that give milliseconds, and not those
 * whose timespec the kernel only reads; of a sleep it is written elsewhere. */
static void shorten_timeout(int number, greg_t *registers)
{
    uintptr_t sp = (uintptr_t)registers[REG_RSP];
    greg_t *third = &registers[REG_RDX], *fourth = &registers[REG_R10];
    greg_t *timeout = number == SYS_poll || number == SYS_rt_sigtimedwait ? third : fourth;
    switch (number) {
    case SYS_poll:
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
        go_on_with(timeout, timed_wait_left_ms(sp, (int)*timeout));
        break;
    case SYS_rt_sigtimedwait:
    case SYS_semtimedop:
    case SYS_epoll_pwait2:
        go_on_with(timeout, (greg_t)timed_wait_left(sp, (const struct timespec *)*timeout));
        break;
    case SYS_nanosleep:
        if (registers[REG_RSI])
            go_on_with(&registers[REG_RDI], registers[REG_RSI]);
        break;
    case SYS_clock_nanosleep:
        if (*fourth && !(registers[REG_RSI] & TIMER_ABSTIME))
            go_on_with(third, *fourth);
        break;
    }
}

int interrupted_restart(void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const uint8_t *at = registers[REG_RAX] == -EINTR ? system_call(registers) : NULL;
    if (!at)
        return -1;
    int number = at + SYSCALL_BYTES == kernel_call_made ? number_left_by_syscall(registers)
                                                        : loaded_number(at);
    if (number >= 0) {
        registers[REG_RAX] = number;
        registers[REG_RIP] = (greg_t)(uintptr_t)at;
    }
    return number;
}

/* Locks with priorities go on after any handler. */
static bool may_return_eintr(const greg_t *registers)
{
    int operation = (int)registers[REG_RSI] & FUTEX_CMD_MASK;
    return is_repeatable((uint64_t)registers[REG_RAX]) &&
           (registers[REG_RAX] != SYS_futex || operation == FUTEX_WAIT ||
            operation == FUTEX_WAIT_BITSET);
}

/* By the kernel, or by a handler of ours before this one: a call leaves in rcx where it returns. */
static bool is_to_be_repeated(const greg_t *registers)
{
    return registers[REG_RCX] == registers[REG_RIP] + SYSCALL_BYTES &&
           is_system_call((const uint8_t *)registers[REG_RIP]) && may_return_eintr(registers);
}

void interrupted_resume(void *context, int number, uint64_t own)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    bool restarts = number < 0 && !is_never_restarted((uint64_t)registers[REG_RAX]);
    if (number < 0 && !is_to_be_repeated(registers))
        return;
    if (program_signal_waits(context, own, restarts)) {
        registers[REG_RAX] = -EINTR;
        registers[REG_RIP] += SYSCALL_BYTES;
    } else {
        shorten_timeout(number, registers);
    }
}
