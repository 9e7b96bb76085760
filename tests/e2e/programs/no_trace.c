/*
 * Says what it can see of itself: at first, while a dump of it is written, and afterwards. Between
 * the first two it closes what a second process might still hold open. Bare and tracked, it must
 * say the same. (It wants no signal of stopped children: the test stops the dump's process.)
 *
 *   no_trace [subreaper]
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

#define ERRNO_BEFORE 4711

static volatile sig_atomic_t child_signals;

static void count_child(int signal)
{
    child_signals += signal == SIGCHLD;
}

/* Signal 32, which is libc's, has a handler under the tracker, even where it was ignored before. */
static void say_line(const char *line)
{
    unsigned long ignored;

    if (sscanf(line, "SigIgn: %lx", &ignored) == 1)
        printf("SigIgn: %lx\n", ignored & ~(1ul << 31));
    else
        fputs(line, stdout);
}

/* Of the status: not memory, not what is counted, not the two sets that may differ. */
static void say_status(void)
{
    static const char *const shown[] = {
        "Name:",   "Umask:",  "TracerPid:", "FDSize:",     "Threads:", "SigPnd:",
        "ShdPnd:", "SigIgn:", "Cap",        "NoNewPrivs:", "Seccomp"};
    char line[512];
    FILE *status = fopen("/proc/self/status", "r");

    while (status && fgets(line, sizeof(line), status))
        for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
            if (!strncmp(line, shown[i], strlen(shown[i])))
                say_line(line);
    fclose(status);
}

static void say_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int sum = 0, count = 0;

    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.') {
            sum += atoi(entry->d_name);
            count++;
        }
    closedir(folder);
    printf("descriptors %d, their sum %d\n", count, sum);
}

static void say_signals(void)
{
    sigset_t mask;

    sigprocmask(SIG_SETMASK, NULL, &mask);
    printf("blocked:");
    for (int number = 1; number < NSIG; number++)
        if (sigismember(&mask, number) == 1)
            printf(" %d", number);
    printf("\nSIGCHLD came %d times\n", (int)child_signals);
}

static void say_children(void)
{
    siginfo_t info = {0};
    int status;

    printf("waitpid %d", (int)waitpid(-1, &status, WNOHANG));
    printf(" errno %d, waitid %d", errno, waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT));
    printf(" errno %d\n", errno);
}

static void say_what_children_cost(void)
{
    struct rusage usage;
    struct tms ticks;

    getrusage(RUSAGE_CHILDREN, &usage);
    times(&ticks);
    printf("children took %ld.%06ld + %ld.%06ld s, %ld + %ld ticks, %ld faults, %ld switches\n",
           (long)usage.ru_utime.tv_sec, (long)usage.ru_utime.tv_usec, (long)usage.ru_stime.tv_sec,
           (long)usage.ru_stime.tv_usec, (long)ticks.tms_cutime, (long)ticks.tms_cstime,
           usage.ru_minflt + usage.ru_majflt, usage.ru_nvcsw + usage.ru_nivcsw);
}

static void say_all(const char *when, int error)
{
    char folder[4096];
    mode_t mask = umask(0);

    umask(mask);
    printf("%s: errno %d, umask %o, in %s, locale %s\n", when, error, mask,
           getcwd(folder, sizeof(folder)) ? folder : "?", setlocale(LC_ALL, NULL));
    say_status();
    say_descriptors();
    say_signals();
    say_children();
    say_what_children_cost();
    fflush(stdout);
}

static int gate_with_errno(void)
{
    wipe_stack();
    errno = ERRNO_BEFORE;
    wait_at_gate();
    return errno;
}

/* A pipe's and a socket's other end see the end, and the lock is free. */
static void close_things(int pipe_end[2], int sockets[2], int locked)
{
    char byte;
    int other = open("lock", O_RDWR);

    close(pipe_end[1]);
    close(sockets[1]);
    close(locked);
    printf("pipe %d,", (int)read(pipe_end[0], &byte, 1));
    printf(" socket %d,", (int)recv(sockets[0], &byte, 1, 0));
    printf(" lock %d\n", flock(other, LOCK_EX | LOCK_NB));
    close(other);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = count_child, .sa_flags = SA_NOCLDSTOP};
    sigset_t set;
    int pipe_end[2], sockets[2], locked = open("lock", O_RDWR | O_CREAT, 0600);

    if (argc > 1 && !strcmp(argv[1], "subreaper"))
        prctl(PR_SET_CHILD_SUBREAPER, 1);
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    for (int i = 0; i < 200000; i++) /* a dump takes its time */
        lose_block(40);
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    umask(0137);
    if (pipe2(pipe_end, O_NONBLOCK) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets) || flock(locked, LOCK_EX))
        return 1;
    say_all("at first", 0);
    int error = gate_with_errno();
    close_things(pipe_end, sockets, locked);
    say_all("while a dump is written", error);
    error = gate_with_errno();
    printf("any child %d\n", (int)waitpid(-1, NULL, WNOHANG | __WALL));
    say_all("afterwards", error);
    return 0;
}
