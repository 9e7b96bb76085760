/*
 * argp, made to say one line. On bad usage argp prints getopt's line, which begins with argv[0],
 * and then a hint on a line of its own, on state->err_stream. So argv[0] is `caulk: COMMAND`, the
 * err_stream is none, and the name in the help is put right at the moment it is asked for.
 */
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/fatal.h"
#include "cli/option_table.h"

struct shared {
    const char *command;
    void *input;
    void *more_input;
};

static error_t parse_shared(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    struct shared *shared = state->input;
    char name[64];
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = shared->input;
        if (shared->more_input)
            state->child_inputs[1] = shared->more_input;
        state->err_stream = NULL;
        return 0;
    case 'h':
        snprintf(name, sizeof(name), "caulk %s", shared->command);
        state->name = name;
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        return 0;
    case OPTION_TABLE:
        option_table_print(state->root_argp, stdout);
        exit(EXIT_DONE);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void parse_all(const struct argp *all, struct shared *shared, unsigned flags, int argc,
                      char **argv)
{
    char name[64];
    snprintf(name, sizeof(name), "caulk: %s", shared->command);
    char *invoked_as = argv[0];
    argv[0] = name;
    error_t failed = argp_parse(all, argc, argv, flags | ARGP_NO_HELP, NULL, shared);
    argv[0] = invoked_as;
    if (failed == ENOMEM)
        fatal(NULL, "out of memory");
    if (failed)
        exit(EXIT_FAILED);
}

static const struct argp_option help[] = {
    {"help", 'h', NULL, 0, "print this help", -1},
    {"table", OPTION_TABLE, NULL, OPTION_HIDDEN, "print these options for programs", -1},
    {0}};

void options_parse(const char *command, const struct argp *argp, unsigned flags, int argc,
                   char **argv, void *input)
{
    const struct argp_child children[] = {{argp, 0, NULL, 0}, {0}};
    const struct argp all = {.options = help, .parser = parse_shared, .children = children};
    struct shared shared = {.command = command, .input = input};
    parse_all(&all, &shared, flags, argc, argv);
}

void options_parse_with(const char *command, const struct argp *argp, const struct argp_child *more,
                        void *more_input, int argc, char **argv, void *input)
{
    const struct argp_child children[] = {{argp, 0, NULL, 0}, *more, {0}};
    const struct argp all = {.options = help, .parser = parse_shared, .children = children};
    struct shared shared = {command, input, more_input};
    parse_all(&all, &shared, 0, argc, argv);
}

void options_fail(const char *command, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    fatal(command, "%s", message);
}

uint64_t options_number(const char *command, const char *option, const char *text, uint64_t low,
                        uint64_t high)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || number < low || number > high)
        options_fail(command, "%s: '%s' is not a number from %llu to %llu", option, text,
                     (unsigned long long)low, (unsigned long long)high);
    return number;
}
