/*
 * Runs a command and writes what it cost, as the members of a JSON object:
 *
 *     measure SECONDS FILE COMMAND…
 *
 * CPU time and peak memory are of the command and of all its descendants that were waited for; the
 * peak is that of the largest of them. After SECONDS the command gets SIGALRM. A runner this small
 * keeps its own memory out of the peak, which begins with the parent's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int count, char **words)
{
    struct rusage usage;
    int status;

    if (count < 4)
        return 2;
    double start = now();
    pid_t child = fork();
    if (child == 0) {
        alarm((unsigned)strtoul(words[1], NULL, 10));
        execvp(words[3], words + 3);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 1;
    double wall = now() - start;
    FILE *file = fopen(words[2], "w");
    if (!file)
        return 1;
    status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    fprintf(file, "\"status\":%d,\"cpu\":%.6f,\"wall\":%.6f,\"peak\":%ld", status,
            seconds(usage.ru_utime) + seconds(usage.ru_stime), wall, usage.ru_maxrss * 1024);
    return fclose(file) == 0 ? status : 1;
}
