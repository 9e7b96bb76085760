/*
 * A daemon of the old school: forks twice, leaves session, directory and descriptors behind, writes
 * its process id, and waits for SIGTERM. It has lost a block before each fork and one after.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "tests/e2e/programs/gate.h"

static void fork_and_leave(void)
{
    pid_t child = fork();

    if (child != 0)
        _exit(child < 0);
}

static void write_pid(const char *path)
{
    char text[16];
    int length = snprintf(text, sizeof(text), "%d\n", getpid());
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);

    if (file < 0 || write(file, text, length) != length || close(file) != 0)
        _exit(97);
}

int main(int count, char **words)
{
    sigset_t set;
    int signal;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    lose_block(64);
    fork_and_leave();
    setsid();
    lose_block(64);
    fork_and_leave();
    umask(077);
    if (chdir("/") != 0)
        return 1;
    for (int descriptor = 0; descriptor < 256; descriptor++)
        close(descriptor);
    lose_block(64);
    write_pid(words[count - 1]);
    sigwait(&set, &signal);
    return 0;
}
