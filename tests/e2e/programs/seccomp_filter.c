/*
 * Installs a filter that ends the process for two calls that a dump makes, with an argument in the
 * older way, and goes on.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "tests/e2e/programs/gate.h"

#define IF_CALL_IS(number, skipped)                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, skipped),                                       \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

static const struct sock_filter steps[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    IF_CALL_IS(SYS_clone, 1),
    IF_CALL_IS(SYS_openat, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

int main(int argc, char **argv)
{
    struct sock_fprog program = {sizeof(steps) / sizeof(steps[0]), (struct sock_filter *)steps};

    (void)argv;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return 1;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) == 0)
        return 2; /* how libseccomp asks what the kernel can do */
    if (argc > 1 ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0
                 : syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        return 3;
    lose_block(30);
    gate();
    gate();
    return 0;
}
