/*
 * A program that confines itself in the ways it is told to, one after another, and stands at a gate
 * twice:
 *
 *   confined [chroot FOLDER | user NUMBER | undumpable | child_namespace | limit NAME NUMBER |
 *             leave_folder | without CALL ERROR | killed_for CALL | thread | shared | gate]… [exec
 * PROGRAM ARGUMENTS…]
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "tests/e2e/programs/gate.h"

static void require(int result)
{
    if (result != 0)
        _exit(97);
}

static void set_limit(const char *name, const char *number)
{
    static const struct {
        const char *name;
        int resource;
    } limits[] = {{"nofile", RLIMIT_NOFILE},
                  {"fsize", RLIMIT_FSIZE},
                  {"nproc", RLIMIT_NPROC},
                  {"sigpending", RLIMIT_SIGPENDING}};
    struct rlimit limit = {strtoul(number, NULL, 10), strtoul(number, NULL, 10)};

    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
        if (!strcmp(limits[i].name, name))
            require(setrlimit(limits[i].resource, &limit));
}

/* The working directory is there no more. */
static void leave_folder(void)
{
    char folder[] = "left.XXXXXX", path[64];

    require(mkdtemp(folder) == NULL);
    require(chdir(folder));
    snprintf(path, sizeof(path), "../%s", folder);
    require(rmdir(path));
}

/* As on a kernel that does not know the call, or in a container that does not allow it: in all
 * threads, whichever the signal goes to. The gate may be read from all the same. */
static void do_without(unsigned call, unsigned action)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call == SYS_read ? STDIN_FILENO : -1u, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof(steps) / sizeof(*steps), steps};

    require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    require((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter));
}

/* Nobody else holds its block, and it never runs again. */
static void *hold(void *ready)
{
    void *volatile block = malloc(1234);

    *(_Atomic int *)ready = 1;
    for (;;)
        pause();
    return block;
}

static void start_thread(void)
{
    static _Atomic int ready;
    pthread_t thread;

    require(pthread_create(&thread, NULL, hold, (void *)&ready));
    while (!ready)
        sched_yield();
}

/* Memory that may be shared holds the only pointer to a block. */
static void hold_in_shared_memory(void)
{
    void **page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    require(page == MAP_FAILED);
    page[0] = malloc(55);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "chroot")) {
            require(chroot(argv[++i]));
            require(chdir("/"));
        } else if (!strcmp(argv[i], "user")) {
            require(setgid((gid_t)atoi(argv[i + 1])));
            require(setuid((uid_t)atoi(argv[++i])));
        } else if (!strcmp(argv[i], "child_namespace")) {
            require(unshare(CLONE_NEWPID));
        } else if (!strcmp(argv[i], "undumpable")) {
            require(prctl(PR_SET_DUMPABLE, 0));
        } else if (!strcmp(argv[i], "limit")) {
            set_limit(argv[i + 1], argv[i + 2]);
            i += 2;
        } else if (!strcmp(argv[i], "without")) {
            do_without((unsigned)atoi(argv[i + 1]),
                       SECCOMP_RET_ERRNO | (unsigned)atoi(argv[i + 2]));
            i += 2;
        } else if (!strcmp(argv[i], "killed_for")) {
            do_without((unsigned)atoi(argv[++i]), SECCOMP_RET_KILL_PROCESS);
        } else if (!strcmp(argv[i], "gate")) {
            gate();
        } else if (!strcmp(argv[i], "leave_folder")) {
            leave_folder();
        } else if (!strcmp(argv[i], "thread")) {
            start_thread();
        } else if (!strcmp(argv[i], "shared")) {
            hold_in_shared_memory();
        } else if (!strcmp(argv[i], "exec")) {
            require(execv(argv[i + 1], argv + i + 1));
        }
    }
    for (int i = 0; i < 5000; i++) /* no dump fits into a page */
        lose_block(77);
    gate();
    gate();
    return 0;
}
