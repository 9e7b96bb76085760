/* Filters are run as the kernel would run them, on what a dump calls. */
#include "preload/seccomp.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cmocka.h>

#define JUDGE(...)                                                                                 \
    ({                                                                                             \
        struct sock_filter steps_[] = {__VA_ARGS__};                                               \
        struct sock_fprog program_ = {sizeof(steps_) / sizeof(steps_[0]), steps_};                 \
        seccomp_judge(&program_);                                                                  \
    })
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_EQUAL(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, then, otherwise)
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)

static void test_one_call(void **state)
{
    (void)state;
    uint64_t killed = JUDGE(LOAD(nr), IF_EQUAL(SYS_clone, 0, 1), RETURN(SECCOMP_RET_KILL_PROCESS),
                            RETURN(SECCOMP_RET_ALLOW));
    assert_string_equal(seccomp_set_name(killed), "clone");
    assert_true(seccomp_set_has(killed, SYS_clone));
    assert_false(seccomp_set_has(killed, SYS_write));
}

static void test_only_deadly_actions(void **state)
{
    (void)state;
    assert_int_equal(JUDGE(RETURN(SECCOMP_RET_ALLOW)), 0);
    assert_int_equal(JUDGE(RETURN(SECCOMP_RET_LOG)), 0);
    assert_int_equal(JUDGE(RETURN(SECCOMP_RET_ERRNO | 1)), 0);
    assert_int_not_equal(JUDGE(RETURN(SECCOMP_RET_KILL_THREAD)), 0);
    assert_int_not_equal(JUDGE(RETURN(SECCOMP_RET_TRAP | 7)), 0);
}

/* As systemd and sandboxes write them: another architecture ends the process, a list is allowed. */
static void test_allowed_list(void **state)
{
    (void)state;
    uint64_t killed =
        JUDGE(LOAD(arch), IF_EQUAL(AUDIT_ARCH_X86_64, 1, 0), RETURN(SECCOMP_RET_KILL_PROCESS),
              LOAD(nr), IF_EQUAL(SYS_read, 2, 0), IF_EQUAL(SYS_write, 1, 0),
              RETURN(SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW));
    assert_false(seccomp_set_has(killed, SYS_read));
    assert_false(seccomp_set_has(killed, SYS_write));
    assert_true(seccomp_set_has(killed, SYS_openat));
}

/* clone may be allowed for threads alone. */
static void test_arguments_and_arithmetic(void **state)
{
    (void)state;
    uint64_t killed = JUDGE(LOAD(nr), IF_EQUAL(SYS_clone, 0, 4), LOAD(args[0]),
                            BPF_STMT(BPF_ALU | BPF_AND | BPF_K, CLONE_VM), IF_EQUAL(CLONE_VM, 1, 0),
                            RETURN(SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW));
    assert_string_equal(seccomp_set_name(killed), "clone");
    killed =
        JUDGE(LOAD(nr), IF_EQUAL(SYS_madvise, 0, 3), LOAD(args[2]), IF_EQUAL(MADV_WIPEONFORK, 0, 1),
              RETURN(SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW));
    assert_string_equal(seccomp_set_name(killed), "madvise");
    killed =
        JUDGE(LOAD(nr), BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LDX | BPF_MEM, 3),
              BPF_STMT(BPF_LD | BPF_IMM, SYS_wait4), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
              RETURN(SECCOMP_RET_KILL_THREAD), RETURN(SECCOMP_RET_ALLOW));
    assert_string_equal(seccomp_set_name(killed), "wait4");
}

static void test_what_is_no_filter(void **state)
{
    (void)state;
    struct sock_fprog none = {100, NULL};
    assert_int_equal(seccomp_judge(NULL), 0);
    assert_int_equal(seccomp_judge(&none), 0);
    assert_int_equal(JUDGE(BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), RETURN(0)), 0);
    assert_int_equal(JUDGE(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0xfffffffc),
                           BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), BPF_STMT(BPF_ST, 0xffffffff),
                           RETURN(SECCOMP_RET_ALLOW)),
                     0);
}

static void test_in_force(void **state)
{
    (void)state;
    assert_null(seccomp_forbidden());
    assert_int_equal(seccomp_add(0), 0);
    assert_null(seccomp_forbidden());
    assert_int_equal(seccomp_add(1), 1);
    assert_int_equal(seccomp_add(3), 2);
    seccomp_drop(2);
    seccomp_drop(1);
    assert_null(seccomp_forbidden());
    uint64_t all = seccomp_judge_strict(), optional = all;
    while (seccomp_set_name(optional)) /* takes the needed ones away, the first one first */
        optional &= optional - 1;
    assert_true(seccomp_set_has(optional, SYS_setitimer));
    seccomp_add(optional);
    assert_null(seccomp_forbidden());
    assert_true(seccomp_kills(SYS_setitimer));
    seccomp_add(all);
    assert_string_equal(seccomp_forbidden(), "clone");
    assert_true(seccomp_kills(SYS_poll));
    assert_false(seccomp_kills(SYS_write));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_call),          cmocka_unit_test(test_only_deadly_actions),
        cmocka_unit_test(test_allowed_list),      cmocka_unit_test(test_arguments_and_arithmetic),
        cmocka_unit_test(test_what_is_no_filter), cmocka_unit_test(test_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
