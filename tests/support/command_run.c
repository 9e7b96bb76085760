/* stdout and stderr are variables in glibc: a command prints to whatever they name. */
#include "tests/support/command_run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/command.h"

#define SECONDS_MAX 10

_Noreturn void __real_exit(int status);
_Noreturn void __wrap_exit(int status);

static jmp_buf after_exit;
static bool running;

void __wrap_exit(int status)
{
    if (running)
        longjmp(after_exit, status + 1);
    __real_exit(status);
}

static void too_long(int number)
{
    static const char line[] = "a command has taken 10 s of processor time\n";
    (void)number;
    if (write(STDERR_FILENO, line, sizeof(line) - 1) > 0)
        abort();
    abort();
}

static void set_timer(time_t seconds)
{
    signal(SIGPROF, too_long);
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value.tv_sec = seconds}, NULL);
}

static int run(const struct command *command, int argc, char **argv)
{
    int status = setjmp(after_exit);
    if (status)
        return status - 1;
    running = true;
    return command->run(argc, argv);
}

static FILE *catch (char **ret_text, size_t *ret_bytes)
{
    FILE *stream = open_memstream(ret_text, ret_bytes);
    if (!stream)
        abort();
    return stream;
}

void command_run(char *const *words, size_t count, struct command_result *ret_result)
{
    FILE *own_out = stdout, *own_errors = stderr;
    char *argv[COMMAND_WORDS_MAX + 1] = {NULL};
    memcpy(argv, words, count * sizeof(*argv));
    stdout = catch (&ret_result->out, &ret_result->out_bytes);
    stderr = catch (&ret_result->errors, &ret_result->errors_bytes);
    set_timer(SECONDS_MAX);
    ret_result->status = run(command_find(words[0]), (int)count, argv);
    running = false;
    set_timer(0);
    fclose(stdout);
    fclose(stderr);
    stdout = own_out;
    stderr = own_errors;
}

void command_result_finish(struct command_result *result)
{
    free(result->out);
    free(result->errors);
}
