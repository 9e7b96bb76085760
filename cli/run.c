/*
 * `caulk run PROGRAM ARGS…`: starts a program under the tracker.
 *
 * Without --fail-on this process becomes the program: same PID, parent, terminal and exit status,
 * nothing in between. With it, it waits beside the program and analyzes what it left behind
 * (cli/verify.h).
 */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/fail_on.h"
#include "cli/fatal.h"
#include "cli/launch.h"
#include "cli/options.h"
#include "cli/substitute.h"
#include "cli/verify.h"
#include "libcaulk/memory.h"
#include "libcaulk/program.h"
#include "libcaulk/status_format.h"

enum {
    OPTION_FAIL_ON = OPTION_FIRST_FREE,
    OPTION_KEYS /* the tracker's, in the order of the rows below */
};

static const struct argp_option rows[] = {
    {"fail-on", OPTION_FAIL_ON, "KINDS", 0,
     "analyze at exit; where the program's status is 0, end with 1 if some of KINDS (definite, "
     "possible, cycle) were found, with 2 if nothing was tracked",
     1},
    {NULL, 0, NULL, 0, "The tracker's options, as in CAULK_OPTIONS:", 2},
    {"dump", OPTION_KEYS, "PATH", 0, "where dumps go (" STATUS_DUMP_DEFAULT ")", 2},
    {"signal", OPTION_KEYS + 1, "NAME", 0, "the signal that asks for a dump, or none (USR1)", 2},
    {"depth", OPTION_KEYS + 2, "N", 0, "frames kept of each stack, 1 to 256 (64)", 2},
    {"stacks", OPTION_KEYS + 3, "full|sampled|caller", 0, "the stacks kept (full)", 2},
    {"interval", OPTION_KEYS + 4, "BYTES", 0, "mean bytes between two sampled stacks (512k)", 2},
    {"detail", OPTION_KEYS + 5, "full|lost", 0, "lost: sums of what is reachable (full)", 2},
    {"at_exit", OPTION_KEYS + 6, "yes|no", 0, "dump when the program exits (no)", 2},
    {"memory", OPTION_KEYS + 7, "normal|low", 0, "low: half the memory, no birth times", 2},
    {"python", OPTION_KEYS + 8, "auto|no", 0, "auto: show CPython's objects (auto)", 2},
    {"children", OPTION_KEYS + 9, "yes|no", 0, "track programs that it executes (yes)", 2},
    {"log", OPTION_KEYS + 10, "WHERE", 0, "stderr, syslog, none or a path (stderr)", 2},
    {0}};

struct run_options {
    char *tracker; /* as in CAULK_OPTIONS */
    const char *fail_on;
    char **program; /* its argv */
};

static const struct argp_option *find_row(int key)
{
    for (const struct argp_option *row = rows; row->name || row->doc; row++)
        if (row->key == key)
            return row;
    return NULL;
}

static bool is_one_of(const char *value, const char *alternatives)
{
    size_t length = strlen(value);
    for (const char *word = alternatives; word; word = strchr(word, '|')) {
        word += *word == '|';
        if (strcspn(word, "|") == length && !memcmp(word, value, length))
            return true;
    }
    return false;
}

static bool is_size(const char *value)
{
    size_t digits = strspn(value, "0123456789");
    const char *unit = value + digits;
    return digits && strspn(value, "0") < digits &&
           (!*unit || (strchr("kKmMgG", *unit) && !unit[1]));
}

/* The tracker would warn and run on; whoever types an option here wants to know before. */
static void check_value(const struct argp_option *row, const char *value)
{
    bool good = *value;
    const char *wanted = "a path";
    if (strchr(row->arg, '|')) {
        good = is_one_of(value, row->arg);
        wanted = row->arg;
    } else if (!strcmp(row->name, "depth")) {
        options_number("run", "--depth", value, 1, 256);
    } else if (!strcmp(row->name, "interval")) {
        good = is_size(value);
        wanted = "a size (64k, 1M)";
    } else if (!strcmp(row->name, "signal")) {
        good = launch_signal_number(value) >= 0;
        wanted = "a signal that can be caught (USR1, RTMIN+5), or none";
    }
    if (!good)
        options_fail("run", "--%s: '%s' is not %s", row->name, value, wanted);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct run_options *options = state->input;
    const struct argp_option *row = key >= OPTION_KEYS ? find_row(key) : NULL;
    if (row) {
        check_value(row, argument);
        options->tracker = launch_add_option(options->tracker, row->name, argument);
        return 0;
    }
    switch (key) {
    case OPTION_FAIL_ON:
        fail_on_parse("run", argument, &(struct fail_on){0});
        options->fail_on = argument;
        return 0;
    case ARGP_KEY_ARG:
        options->program = state->argv + state->next - 1;
        state->next = state->argc;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static _Noreturn void refuse(const struct error *err)
{
    const char *substitute = substitute_for(err->message);
    fatal(err->file, "%s%s%s", err->message, substitute ? "; " : "", substitute ? substitute : "");
}

/* Nothing of this process is left but its PID. */
static _Noreturn void become_program(const char *path, const struct run_options *options,
                                     const char *library)
{
    sigset_t mask;
    launch_set_environment(library, options->tracker);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    launch_block_signal(options->tracker, &mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    launch_exec(path, options->program);
}

int run_run(int argc, char **argv)
{
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "[--] PROGRAM ARGS…",
        .doc = "Starts a program under the tracker, which then writes a dump whenever it is asked: "
               "by the dump signal, or by caulk dump PID. Options given here win over those in "
               "CAULK_OPTIONS."};
    const char *inherited = getenv("CAULK_OPTIONS");
    struct run_options options = {.tracker = inherited ? need_memory(strdup(inherited)) : NULL};
    options_parse("run", &argp, ARGP_IN_ORDER, argc, argv, &options);
    if (!options.program)
        options_fail("run", "no program (caulk run PROGRAM ARGS…)");

    char path[PATH_MAX];
    struct error err;
    if (!program_find(options.program[0], getenv("PATH"), path, &err))
        fatal_error(&err);
    if (!program_check(path, &err))
        refuse(&err);
    char *library = launch_library();
    if (!options.fail_on)
        become_program(path, &options, library);
    int status = verify_run(path, options.program, library, options.tracker, options.fail_on);
    free(library);
    return status;
}
