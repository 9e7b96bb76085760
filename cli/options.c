/*
 * argp, made to say one line of our own. It is told to print nothing (ARGP_NO_ERRS), but for the
 * help, and where it stopped (ARGP_KEY_ERROR) option_slip() says what is wrong there.
 */
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/fatal.h"
#include "cli/option_slip.h"
#include "cli/option_table.h"
#include "cli/pager.h"
#include "cli/text.h"
#include "libcaulk/memory.h"

struct shared {
    const char *command;
    const struct argp *all;
    void *input;
    void *more_input;
};

static enum text_when parse_color(const char *command, const char *when)
{
    static const char *const words[] = {
        [TEXT_AUTO] = "auto", [TEXT_ALWAYS] = "always", [TEXT_NEVER] = "never"};
    for (enum text_when i = TEXT_AUTO; i <= TEXT_NEVER; i++)
        if (!strcmp(words[i], when))
            return i;
    options_fail(command, "--color: '%s' is not auto, always or never", when);
}

static void print_help(struct argp_state *state, const char *command)
{
    char name[64];
    snprintf(name, sizeof(name), "caulk %s", command);
    state->name = name;
    state->flags &= ~(unsigned)ARGP_NO_ERRS;
    argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
}

/* getopt stopped at the word before the next one, or, inside of several letters, at that. */
static _Noreturn void fail_at(const struct argp_state *state, const struct shared *shared)
{
    struct slip slip;
    for (int i = state->next - 1; i <= state->next && i < state->argc; i++)
        if (i > 0 && option_slip(shared->all, shared->command, state->argv[i], &slip))
            options_fail(shared->command, "%s", slip.s);
    options_fail(shared->command, "these arguments are not understood (try: caulk %s --help)",
                 shared->command);
}

static error_t parse_shared(int key, char *argument, struct argp_state *state)
{
    struct shared *shared = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = shared->input;
        if (shared->more_input)
            state->child_inputs[1] = shared->more_input;
        return 0;
    case 'h':
        print_help(state, shared->command);
        return 0;
    case OPTION_TABLE:
        option_table_print(state->root_argp, stdout);
        exit(EXIT_DONE);
    case OPTION_COLOR:
        text_set_colours(parse_color(shared->command, argument));
        return 0;
    case OPTION_QUIET:
        text_set_quiet();
        return 0;
    case ARGP_KEY_ERROR:
        fail_at(state, shared);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option shared_rows[] = {
    {"color", OPTION_COLOR, "WHEN", 0, "colours: auto (on a terminal), always or never", -1},
    {"quiet", OPTION_QUIET, NULL, 0, "neither progress nor notes, only errors", -1},
    {"help", 'h', NULL, 0, "print this help", -1},
    {"table", OPTION_TABLE, NULL, OPTION_HIDDEN, "print these options for programs", -1},
    {0}};

static void parse_all(const struct argp_child *children, struct shared *shared, unsigned flags,
                      int argc, char **argv)
{
    const struct argp all = {.options = shared_rows, .parser = parse_shared, .children = children};
    shared->all = &all;
    if (argp_parse(&all, argc, argv, flags | ARGP_NO_HELP | ARGP_NO_ERRS, NULL, shared) == ENOMEM)
        memory_fail();
    pager_start();
}

void options_parse(const char *command, const struct argp *argp, unsigned flags, int argc,
                   char **argv, void *input)
{
    const struct argp_child children[] = {{argp, 0, NULL, 0}, {0}};
    struct shared shared = {.command = command, .input = input};
    parse_all(children, &shared, flags, argc, argv);
}

void options_parse_with(const char *command, const struct argp *argp, const struct argp_child *more,
                        void *more_input, int argc, char **argv, void *input)
{
    const struct argp_child children[] = {{argp, 0, NULL, 0}, *more, {0}};
    struct shared shared = {.command = command, .input = input, .more_input = more_input};
    parse_all(children, &shared, 0, argc, argv);
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
