/*
 * A pre-fork server. The parent fills a table of 100 entries and loses 2 blocks; each of its 3
 * workers inherits them, lets go of one entry, serves 5 requests and loses a block in each. Once
 * all have, the parent comes to its gate, and after it ends the workers.
 */
#include <signal.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

enum { WORKERS = 3, ENTRIES = 100, REQUESTS = 5 };

static void *table[ENTRIES];

static void serve(int request)
{
    lose_block((size_t)(300 + request));
}

static void work(int served)
{
    free(table[0]);
    table[0] = NULL;
    for (int i = 0; i < REQUESTS; i++)
        serve(i);
    if (write(served, "x", 1) != 1)
        _exit(96);
    for (;;)
        pause();
}

static void fill_table(void)
{
    for (int i = 0; i < ENTRIES; i++)
        table[i] = calloc(1, 50);
}

int main(void)
{
    pid_t worker[WORKERS];
    int served[2];
    char byte;

    fill_table();
    for (int i = 0; i < 2; i++)
        lose_block(200);
    if (pipe(served) != 0)
        return 95;
    for (int i = 0; i < WORKERS; i++) {
        worker[i] = fork();
        if (worker[i] == 0)
            work(served[1]);
    }
    for (int i = 0; i < WORKERS; i++)
        if (worker[i] < 0 || read(served[0], &byte, 1) != 1)
            return 94;
    gate();
    for (int i = 0; i < WORKERS; i++) {
        kill(worker[i], SIGKILL);
        waitpid(worker[i], NULL, 0);
    }
    return 0;
}
