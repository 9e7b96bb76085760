/*
 * A heap of BLOCKS blocks of BYTES bytes (24 or more), each with three pointers to others.
 *
 *     heap BLOCKS BYTES [wait]
 *
 * With "wait" it prints "ready", and then obeys commands, a letter each, until its input ends:
 *
 *     f    forks as bare as can be, and prints the milliseconds that this took
 *
 *     w    watches the clock until the next letter, any, and prints the milliseconds that the
 *          program stood still at the longest
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POINTERS 3
#define NEAR 65536u /* how far back pointers go, in blocks */
#define REST_MS 300

static void **newest;

static int build(size_t blocks, size_t bytes)
{
    static void **recent[NEAR];
    unsigned long random = 1;

    for (size_t i = 0; i < blocks; i++) {
        void **block = malloc(bytes);
        if (!block)
            return 0;
        /* Every page is written, as a program's memory is. */
        for (size_t word = POINTERS; word < bytes / sizeof(void *); word++)
            block[word] = NULL;
        random = random * 6364136223846793005u + 1442695040888963407u;
        block[0] = newest;
        block[1] = recent[(random >> 33) % NEAR];
        block[2] = recent[(random >> 48) % NEAR];
        newest = recent[i % NEAR] = block;
    }
    return 1;
}

static double now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* After a rest, as dumps come: right after another, a fork takes 0.6 of the time, as the processor
 * still has the page tables at hand. */
static double fork_ms(void)
{
    poll(NULL, 0, REST_MS);
    double start = now_ms();
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    double end = now_ms();
    waitpid(child, NULL, 0);
    return end - start;
}

/* Looks at the clock until there is input: the longest gap between two looks is a standstill. */
static double longest_gap_ms(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    double last = now_ms(), longest = 0;
    char any;

    while (poll(&input, 1, 0) == 0) {
        double now = now_ms();
        if (now - last > longest)
            longest = now - last;
        last = now;
    }
    return read(STDIN_FILENO, &any, 1) == 1 ? longest : 0;
}

static void serve(void)
{
    char command;

    while (read(STDIN_FILENO, &command, 1) == 1) {
        printf("%.2f\n", command == 'w' ? longest_gap_ms() : fork_ms());
        fflush(stdout);
    }
}

int main(int count, char **words)
{
    if (count < 3 || !build(strtoul(words[1], NULL, 10), strtoul(words[2], NULL, 10)))
        return 1;
    if (count > 3) {
        puts("ready");
        fflush(stdout);
        serve();
    }
    return 0;
}
