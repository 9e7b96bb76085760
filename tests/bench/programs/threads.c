/*
 * THREADS threads that wait, as a daemon's do:
 *
 *     threads THREADS
 *
 * It prints "ready", and obeys the letter "f" until its input ends: does the least that a copy of
 * the process with all threads at rest needs (a signal for each, a fork, waking them), and prints
 * the milliseconds that this took.
 */
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 1000
#define REST_MS 300

static pthread_t threads[THREADS_MAX];
static int count;
static _Atomic int waiting, stopped, round_number;

static void futex(_Atomic int *word, int operation, int value)
{
    syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

static void stop(int number)
{
    int now = round_number;

    (void)number;
    if (atomic_fetch_add(&stopped, 1) + 1 == count)
        futex(&stopped, FUTEX_WAKE_PRIVATE, 1);
    while (round_number == now)
        futex(&round_number, FUTEX_WAIT_PRIVATE, now);
}

static void *wait_forever(void *unused)
{
    waiting++;
    for (;;)
        pause();
    return unused;
}

static double now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double stop_and_fork_ms(void)
{
    int seen;

    poll(NULL, 0, REST_MS);
    stopped = 0;
    double start = now_ms();
    for (int i = 0; i < count; i++)
        pthread_kill(threads[i], SIGUSR2);
    while ((seen = stopped) < count)
        futex(&stopped, FUTEX_WAIT_PRIVATE, seen);
    pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        poll(NULL, 0, REST_MS / 10); /* the threads go on beside it */
        _exit(0);
    }
    round_number++;
    futex(&round_number, FUTEX_WAKE_PRIVATE, INT_MAX);
    double end = now_ms();
    waitpid(child, NULL, 0);
    return end - start;
}

int main(int argument_count, char **words)
{
    struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};
    char command;

    count = argument_count > 1 ? atoi(words[1]) : 0;
    if (count < 1 || count > THREADS_MAX)
        return 1;
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR2, &action, NULL);
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, wait_forever, NULL) != 0)
            return 1;
    while (waiting < count)
        poll(NULL, 0, 1);
    puts("ready");
    fflush(stdout);
    while (read(STDIN_FILENO, &command, 1) == 1) {
        printf("%.2f\n", stop_and_fork_ms());
        fflush(stdout);
    }
    return 0;
}
