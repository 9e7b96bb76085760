/*
 * fork with and without exec. The parent loses 3 blocks and then forks a child that loses 2 more
 * and dumps, and one that executes the program given. Then the parent dumps.
 */
#include <sys/wait.h>

#include "preload/caulk.h"
#include "tests/e2e/programs/gate.h"

static void wait_for(pid_t child)
{
    int status;

    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        _exit(96);
}

static void child_loses(void)
{
    lose_block(200);
    lose_block(200);
}

int main(int count, char **words)
{
    pid_t child;

    for (int i = 0; i < 3; i++)
        lose_block(100);
    child = fork();
    if (child == 0) {
        child_loses();
        _exit(caulk_dump(NULL) != 0);
    }
    wait_for(child);
    child = fork();
    if (child == 0) {
        execv(words[count - 1], words + count - 1);
        _exit(95);
    }
    wait_for(child);
    return caulk_dump(NULL) != 0;
}
