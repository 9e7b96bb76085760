/*
 * A daemon whose main thread has ended: what is left of it can't stop for a dump, and needn't. What
 * lies on its stack holds nothing any more but the program's environment. With "fork" the daemon is
 * a child that another thread forked, and all on that stack is as it was.
 */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

static void *serve(void *fork_first)
{
    pid_t child = fork_first ? fork() : 0;

    if (child > 0) {
        waitpid(child, NULL, 0);
        exit(0);
    }
    lose_block(77);
    gate();
    exit(0);
    return NULL;
}

__attribute__((noinline)) static void *block_of_main(void)
{
    return malloc(55);
}

__attribute__((noinline)) static void put_into_environment(void)
{
    char *variable = malloc(sizeof("HOME=/nowhere"));
    putenv(strcpy(variable, "HOME=/nowhere"));
}

int main(int argc, char **argv)
{
    pthread_t thread;
    void *volatile held[16];

    put_into_environment();
    for (int i = 0; i < 16; i++)
        held[i] = block_of_main();
    if (pthread_create(&thread, NULL, serve, argc > 1 ? argv : NULL) != 0)
        return 1;
    if (argc > 1)
        pthread_join(thread, NULL);
    pthread_exit(held[0]);
}
