/*
 * prctl() and syscall(), by which programs install seccomp filters: libc has no function for the
 * newer way, and libseccomp calls it by its number. All other numbers go to the kernel as libc's
 * syscall() sends them, without a frame of ours: there may be no stack to come back to.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "preload/dump_signal.h"
#include "preload/export.h"
#include "preload/log.h"
#include "preload/pages.h"
#include "preload/seccomp.h"
#include "preload/snapshot_request.h"

long kernel_call(long number, ...) __attribute__((visibility("hidden")));
__attribute__((used)) static long call_failed(long negative_errno);
__attribute__((used)) static long call_seccomp(long number, long operation, long flags,
                                               const void *argument);

#define SECCOMP_NUMBER "317" /* assembly knows no SYS_seccomp */
_Static_assert(SYS_seccomp == 317, "see above");

__asm__(".pushsection .text\n"
        ".globl syscall\n"
        ".type syscall, @function\n"
        "syscall:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    cmpq $" SECCOMP_NUMBER ", %rdi\n"
        "    je call_seccomp\n"
        "    jmp kernel_call\n"
        "    .cfi_endproc\n"
        ".size syscall, . - syscall\n"
        ".globl kernel_call\n"
        ".hidden kernel_call\n"
        ".type kernel_call, @function\n"
        "kernel_call:\n"
        "    .cfi_startproc\n"
        "    movq %rdi, -8(%rsp)\n" /* for interrupted.c */
        "    movq %rdi, %rax\n"
        "    movq %rsi, %rdi\n"
        "    movq %rdx, %rsi\n"
        "    movq %rcx, %rdx\n"
        "    movq %r8, %r10\n"
        "    movq %r9, %r8\n"
        "    movq 8(%rsp), %r9\n"
        "    syscall\n"
        ".globl kernel_call_made\n"
        ".hidden kernel_call_made\n"
        "kernel_call_made:\n"
        "    cmpq $-4095, %rax\n"
        "    jae 1f\n"
        "    ret\n"
        "1:  movq %rax, %rdi\n"
        "    jmp call_failed\n"
        "    .cfi_endproc\n"
        ".size kernel_call, . - kernel_call\n"
        ".popsection\n");

static long call_failed(long negative_errno)
{
    errno = (int)-negative_errno;
    return -1;
}

static bool copy(void *destination, const void *source, size_t bytes)
{
    struct iovec here = {destination, bytes}, there = {(void *)source, bytes};
    long copied = kernel_call(SYS_process_vm_readv, (long)getpid(), &here, 1L, &there, 1L, 0L);
    return copied == (long)bytes;
}

/* The program's pointers are not checked by anyone yet. */
static uint64_t judge(const void *argument)
{
    struct sock_fprog program;
    if (!copy(&program, argument, sizeof(program)) || program.len > BPF_MAXINSNS)
        return 0;
    size_t bytes = program.len * sizeof(*program.filter);
    struct sock_filter *steps = bytes ? pages_map(bytes) : NULL;
    uint64_t killed = 0;
    if (steps && copy(steps, program.filter, bytes))
        killed = seccomp_judge(&(struct sock_fprog){program.len, steps});
    pages_unmap(steps, bytes);
    return killed;
}

static void say(uint64_t killed)
{
    const char *call = seccomp_set_name(killed);
    if (call)
        log_line("the program's seccomp filter ends it for %s: no dumps from now on", call);
}

struct installation {
    uint64_t killed, added;
    bool told;
};

/* The end of a dump's child is told by a signal, as a dump is asked for by one: no handler may run
 * that could not return. */
static void end_dumps(uint64_t killed)
{
    snapshot_give_up("a seccomp filter of the program's forbids it");
    if (seccomp_set_has(killed, SYS_rt_sigreturn))
        dump_signals_ignore();
}

/* Ahead of the kernel, as a signal may come as soon as the filter is in force. What the log itself
 * needs may be among what is killed for: then it says so before. */
static struct installation begin(uint64_t killed)
{
    struct installation new = {killed, seccomp_add(killed), log_is_forbidden()};
    if (new.told) {
        seccomp_drop(new.added);
        say(killed);
        seccomp_add(killed);
    }
    if (seccomp_set_name(killed))
        end_dumps(killed);
    return new;
}

static long end(const struct installation *new, long result, bool installed)
{
    int saved_errno = errno;
    if (!installed) {
        seccomp_drop(new->added);
        if (!seccomp_kills(SYS_rt_sigreturn))
            dump_signals_heed();
    } else if (!new->told) {
        say(new->killed);
    }
    errno = saved_errno;
    return result;
}

EXPORT int prctl(int option, ...)
{
    va_list rest;
    va_start(rest, option);
    long second = va_arg(rest, long), third = va_arg(rest, long);
    long fourth = va_arg(rest, long), fifth = va_arg(rest, long);
    va_end(rest);
    if (option != PR_SET_SECCOMP)
        return (int)kernel_call(SYS_prctl, (long)option, second, third, fourth, fifth);
    int saved_errno = errno;
    struct installation new =
        begin(second == SECCOMP_MODE_STRICT ? seccomp_judge_strict() : judge((const void *)third));
    errno = saved_errno;
    long result = kernel_call(SYS_prctl, (long)option, second, third, fourth, fifth);
    return (int)end(&new, result, result == 0);
}

/* Synchronizing threads fails with a thread's id, and a listener is a descriptor. */
static long call_seccomp(long number, long operation, long flags, const void *argument)
{
    uint64_t killed = 0;
    int saved_errno = errno;
    if (operation == SECCOMP_SET_MODE_STRICT)
        killed = flags || argument ? 0 : seccomp_judge_strict();
    else if (operation == SECCOMP_SET_MODE_FILTER)
        killed = judge(argument);
    struct installation new = begin(killed);
    errno = saved_errno;
    long result = kernel_call(number, operation, flags, argument);
    bool listens = flags & SECCOMP_FILTER_FLAG_NEW_LISTENER;
    return end(&new, result, result == 0 || (result > 0 && listens));
}
