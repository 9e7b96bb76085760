/*
 * A command's arguments: argp with the conventions that all commands share.
 *
 *   --help, -h   on standard output, exit status 0
 *   --table      the same for programs (cli/option_table.h); not in the help
 *   --color, --quiet   see cli/text.h
 *   bad usage    one line `caulk: COMMAND: what is wrong` on standard error, exit status 2; it says
 *                what to type instead
 */
#ifndef CAULK_OPTIONS_H
#define CAULK_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/* Keys of options without a letter start here, so that they mean the same in all commands. */
enum option_key {
    OPTION_JSON = 0x100,
    OPTION_COLOR, /* and the next: cli/options.c */
    OPTION_QUIET,
    OPTION_NAMES,                    /* and the next two: cli/names_from.c */
    OPTION_TABLE = OPTION_NAMES + 3, /* cli/option_table.h */
    OPTION_SUPPRESSIONS,             /* and the next: cli/suppressed.h */
    OPTION_BASELINE,
    OPTION_FIRST_FREE
};

/* Whether a command's rows end here; a row with a doc alone is a heading. */
static inline bool options_is_end(const struct argp_option *row)
{
    return !row->name && !row->key && !row->doc;
}

/* The row for --json in a command's options. */
#define OPTIONS_JSON                                                                               \
    {                                                                                              \
        "json", OPTION_JSON, NULL, 0, "print JSON, for scripts", 0                                 \
    }

/*
 * Parse argv[1…] with the command's argp, whose parser gets `input` as state->input, and must take
 * every ARGP_KEY_ARG (options_fail() for one too many). flags: ARGP_IN_ORDER or 0. Does not return
 * after --help or on bad usage.
 */
void options_parse(const char *command, const struct argp *argp, unsigned flags, int argc,
                   char **argv, void *input);

/* The same with another table of options beside the command's own, whose parser gets more_input. */
void options_parse_with(const char *command, const struct argp *argp, const struct argp_child *more,
                        void *more_input, int argc, char **argv, void *input);

/* Bad usage, found by the command's parser or after it: prints the line, exits with 2. */
_Noreturn void options_fail(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A whole decimal number from low to high, else options_fail() naming the option. */
uint64_t options_number(const char *command, const char *option, const char *text, uint64_t low,
                        uint64_t high);

#endif
