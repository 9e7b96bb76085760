/*
 * Classic BPF as seccomp allows it, on the struct seccomp_data that the kernel would make. A filter
 * that is not well formed ends early and counts as harmless: the kernel will refuse it.
 */
#include "preload/seccomp.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "preload/pagemap_scan.h"
#include "preload/signals.h"

enum { READ_WRITE = PROT_READ | PROT_WRITE, CREATE = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC };

/* What a dump calls, in the process and in its child, with those arguments that filters look at. */
static const struct call {
    int number;
    const char *name;
    uint64_t arguments[4];
} calls[] = {
    {SYS_clone, "clone", {CLONE_FILES | CONTROL_SIGNAL}},
    {SYS_openat, "openat", {(uint64_t)AT_FDCWD, 0, O_RDONLY | O_CLOEXEC}},
    {SYS_openat, "openat", {(uint64_t)AT_FDCWD, 0, CREATE}},
    {SYS_close, "close", {0}},
    {SYS_close_range, "close_range", {0}},
    {SYS_getdents64, "getdents64", {0}},
    {SYS_read, "read", {0}},
    {SYS_pread64, "pread64", {0}},
    {SYS_write, "write", {2}},
    {SYS_pwrite64, "pwrite64", {0}},
    {SYS_newfstatat, "newfstatat", {0}},
    {SYS_mmap, "mmap", {0, 4096, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS}},
    {SYS_mmap, "mmap", {0, 4096, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS}},
    {SYS_munmap, "munmap", {0}},
    {SYS_madvise, "madvise", {0, 4096, MADV_DONTDUMP}},
    {SYS_madvise, "madvise", {0, 4096, MADV_WIPEONFORK}},
    {SYS_getpid, "getpid", {0}},
    {SYS_getppid, "getppid", {0}},
    {SYS_gettid, "gettid", {0}},
    {SYS_tgkill, "tgkill", {0}},
    {SYS_rt_tgsigqueueinfo, "rt_tgsigqueueinfo", {0}},
    {SYS_rt_sigprocmask, "rt_sigprocmask", {0}},
    {SYS_rt_sigaction, "rt_sigaction", {0}},
    {SYS_rt_sigpending, "rt_sigpending", {0}},
    {SYS_rt_sigreturn, "rt_sigreturn", {0}},
    {SYS_futex, "futex", {0}},
    {SYS_wait4, "wait4", {0}},
    {SYS_prctl, "prctl", {0}},
    {SYS_process_vm_readv, "process_vm_readv", {0}},
    {SYS_getcwd, "getcwd", {0}},
    {SYS_fchmod, "fchmod", {0, 0600}},
    {SYS_fsync, "fsync", {0}},
    {SYS_renameat2, "renameat2", {0}},
    {SYS_setpriority, "setpriority", {0}},
    {SYS_ioprio_set, "ioprio_set", {0}},
    {SYS_uname, "uname", {0}},
    {SYS_exit_group, "exit_group", {0}},
    /* The last ones a dump can do without. */
    {SYS_prlimit64, "prlimit64", {0}},
    {SYS_setitimer, "setitimer", {0}},
    {SYS_nanosleep, "nanosleep", {0}},
    {SYS_clock_gettime, "clock_gettime", {CLOCK_PROCESS_CPUTIME_ID}},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait", {0}},
    {SYS_fstat, "fstat", {2}},
    {SYS_poll, "poll", {0}},
    {SYS_ppoll, "ppoll", {0}},
    {SYS_mincore, "mincore", {0}},
    {SYS_ioctl, "ioctl", {0, PAGEMAP_SCAN_CALL}},
};
enum { CALLS = sizeof(calls) / sizeof(calls[0]), NEEDED_CALLS = CALLS - 10 };
_Static_assert(CALLS <= 64, "a set of calls is one word");

static _Atomic uint64_t in_force;

struct machine {
    uint32_t a, x;
    uint32_t memory[BPF_MEMWORDS];
    struct seccomp_data data;
};

static uint32_t arithmetic(uint32_t a, uint16_t operation, uint32_t operand)
{
    switch (operation) {
    case BPF_ADD:
        return a + operand;
    case BPF_SUB:
        return a - operand;
    case BPF_MUL:
        return a * operand;
    case BPF_DIV:
        return operand ? a / operand : 0;
    case BPF_AND:
        return a & operand;
    case BPF_OR:
        return a | operand;
    case BPF_XOR:
        return a ^ operand;
    case BPF_LSH:
        return operand < 32 ? a << operand : 0;
    case BPF_RSH:
        return operand < 32 ? a >> operand : 0;
    default: /* BPF_NEG */
        return -a;
    }
}

static bool holds(uint32_t a, uint16_t condition, uint32_t operand)
{
    switch (condition) {
    case BPF_JEQ:
        return a == operand;
    case BPF_JGT:
        return a > operand;
    case BPF_JGE:
        return a >= operand;
    default: /* BPF_JSET */
        return a & operand;
    }
}

static uint32_t load(const struct machine *machine, const struct sock_filter *step)
{
    uint32_t value = 0;
    switch (BPF_MODE(step->code)) {
    case BPF_ABS:
        if (step->k <= sizeof(machine->data) - sizeof(value))
            memcpy(&value, (const char *)&machine->data + step->k, sizeof(value));
        return value;
    case BPF_MEM:
        return machine->memory[step->k % BPF_MEMWORDS];
    case BPF_LEN:
        return sizeof(machine->data);
    default: /* BPF_IMM */
        return step->k;
    }
}

/* Everything but jumps and the end. */
static void execute(struct machine *machine, const struct sock_filter *step)
{
    switch (BPF_CLASS(step->code)) {
    case BPF_LD:
        machine->a = load(machine, step);
        break;
    case BPF_LDX:
        machine->x = load(machine, step);
        break;
    case BPF_ST:
        machine->memory[step->k % BPF_MEMWORDS] = machine->a;
        break;
    case BPF_STX:
        machine->memory[step->k % BPF_MEMWORDS] = machine->x;
        break;
    case BPF_ALU:
        machine->a = arithmetic(machine->a, BPF_OP(step->code),
                                BPF_SRC(step->code) == BPF_X ? machine->x : step->k);
        break;
    case BPF_MISC:
        if (BPF_MISCOP(step->code) == BPF_TAX)
            machine->x = machine->a;
        else
            machine->a = machine->x;
        break;
    }
}

static uint32_t jump(const struct machine *machine, const struct sock_filter *step)
{
    if (BPF_OP(step->code) == BPF_JA)
        return step->k;
    uint32_t operand = BPF_SRC(step->code) == BPF_X ? machine->x : step->k;
    return holds(machine->a, BPF_OP(step->code), operand) ? step->jt : step->jf;
}

static uint32_t verdict(const struct sock_fprog *program, struct machine *machine)
{
    for (uint64_t at = 0; at < program->len; at++) {
        const struct sock_filter *step = &program->filter[at];
        if (BPF_CLASS(step->code) == BPF_RET)
            return BPF_RVAL(step->code) == BPF_A ? machine->a : step->k;
        if (BPF_CLASS(step->code) == BPF_JMP)
            at += jump(machine, step);
        else
            execute(machine, step);
    }
    return SECCOMP_RET_ALLOW;
}

static bool is_deadly(uint32_t verdict)
{
    switch (verdict & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW:
    case SECCOMP_RET_LOG:
    case SECCOMP_RET_ERRNO:
    case SECCOMP_RET_TRACE:
    case SECCOMP_RET_USER_NOTIF:
        return false;
    default: /* SIGSYS too, which a program rarely survives */
        return true;
    }
}

uint64_t seccomp_judge(const struct sock_fprog *program)
{
    uint64_t killed = 0;
    if (!program || !program->filter)
        return 0;
    for (int i = 0; i < CALLS; i++) {
        struct machine machine = {.data = {.nr = calls[i].number, .arch = AUDIT_ARCH_X86_64}};
        memcpy(machine.data.args, calls[i].arguments, sizeof(calls[i].arguments));
        if (is_deadly(verdict(program, &machine)))
            killed |= UINT64_C(1) << i;
    }
    return killed;
}

static bool strict_allows(int number)
{
    return number == SYS_read || number == SYS_write || number == SYS_rt_sigreturn;
}

uint64_t seccomp_judge_strict(void)
{
    uint64_t killed = 0;
    for (int i = 0; i < CALLS; i++)
        if (!strict_allows(calls[i].number))
            killed |= UINT64_C(1) << i;
    return killed;
}

uint64_t seccomp_add(uint64_t killed)
{
    return killed & ~atomic_fetch_or(&in_force, killed);
}

void seccomp_drop(uint64_t added)
{
    atomic_fetch_and(&in_force, ~added);
}

bool seccomp_set_has(uint64_t killed, long number)
{
    for (int i = 0; killed && i < CALLS; i++)
        if (killed >> i & 1 && calls[i].number == number)
            return true;
    return false;
}

bool seccomp_kills(long number)
{
    return seccomp_set_has(in_force, number);
}

const char *seccomp_set_name(uint64_t killed)
{
    int first = killed ? __builtin_ctzll(killed) : CALLS;
    return first < NEEDED_CALLS ? calls[first].name : NULL;
}

const char *seccomp_forbidden(void)
{
    return seccomp_set_name(in_force);
}
