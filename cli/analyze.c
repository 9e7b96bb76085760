/* `caulk analyze`: is it a leak, what is lost, and in which cycles. */
#include "cli/analyze.h"

#include <string.h>

#include "cli/command.h"
#include "cli/dump_arguments.h"
#include "cli/fail_on.h"
#include "cli/fatal.h"
#include "cli/options.h"
#include "cli/suppressed.h"
#include "cli/words.h"

enum analyze_key {
    KEY_POSSIBLE = OPTION_FIRST_FREE,
    KEY_REACHABLE,
    KEY_CYCLES,
    KEY_FAIL_ON,
};

struct arguments {
    struct analyze_options options;
    struct fail_on fail_on;
    struct suppressed_by suppressed;
    struct dump_arguments dumps;
};

static void parse_cycles(const char *which, struct analyze_options *options)
{
    if (strcmp(which, "all") != 0 && strcmp(which, "lost") != 0)
        options_fail("analyze", "--cycles: '%s' is neither all nor lost", which);
    options->all_cycles = strcmp(which, "all") == 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_POSSIBLE:
        arguments->options.possible = true;
        return 0;
    case KEY_REACHABLE:
        arguments->options.reachable = true;
        return 0;
    case KEY_CYCLES:
        parse_cycles(argument, &arguments->options);
        return 0;
    case KEY_FAIL_ON:
        fail_on_parse("analyze", argument, &arguments->fail_on);
        return 0;
    default:
        if (suppressed_take(key, argument, &arguments->suppressed))
            return 0;
        return dump_arguments_take("analyze", key, argument, state, &arguments->dumps);
    }
}

static void parse_arguments(int argc, char **argv, struct arguments *arguments,
                            struct names_from *ret_names)
{
    static const struct argp_option rows[] = {
        {"possible", KEY_POSSIBLE, NULL, 0, "list what is possible, by site", 0},
        {"reachable", KEY_REACHABLE, NULL, 0, "list the largest reachable sites", 0},
        {"cycles", KEY_CYCLES, "all|lost", 0, "list the reachable cycles too, or (default) not", 0},
        {"fail-on", KEY_FAIL_ON, "KINDS", 0,
         "exit with status 1 where there are any: definite, possible, cycle, or several of them "
         "with commas between",
         0},
        SUPPRESSED_OPTIONS,
        OPTIONS_JSON,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP...",
        .doc =
            "Is it a leak, what is lost, and in which cycles: worst first, with the stacks that "
            "allocated it. Several dumps of one tree of processes are summed; what a fork copied "
            "counts once."};
    names_from_parse("analyze", &argp, argc, argv, arguments, ret_names);
}

/* Whoever asked for all cycles is told where there are none to be had. */
static void note_missing_cycles(const struct dump *dump)
{
    if (dump->process.merged)
        note(dump->path, "a merged dump: it has the number of cycles, but no cycles");
    else if (dump->process.only_lost)
        note(dump->path, "made with --detail=lost: it has no reachable cycles");
}

/* Where the program was built anew or is elsewhere, stacks are numbers. Of its libraries, each of
 * which would have to be opened, caulk info tells. */
static void note_missing_names(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    const char *reason;
    if (dump->module_count > 0 && symbolizer_misses(opened->symbolizer, 0) &&
        !symbolizer_module(opened->symbolizer, 0, &reason))
        note(dump->path, "no names from %s: %s (what to do: caulk info)",
             words_cut(dump->modules[0].path, 80).s, reason);
}

static void print(const struct opened *opened, const struct arguments *arguments)
{
    struct suspects suspects;
    struct error err;
    if (!suspects_find(&opened->tree, &opened->owners, &suspects, &err))
        fatal_error(&err);
    if (arguments->dumps.json)
        analyze_print_json(opened, &suspects);
    else
        analyze_print_text(opened, &suspects, &arguments->options);
}

/* What Python's collector comes back for is no cycle to fail on. */
static bool found_any(const struct analysis *analysis, const struct fail_on *fail_on)
{
    return fail_on_found(fail_on, analysis->of_kind[KIND_DEFINITE].blocks,
                         analysis->of_kind[KIND_POSSIBLE].blocks,
                         analysis->lost_cycles - analysis->pending_cycles);
}

int analyze_run(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct names_from names;
    struct opened opened;
    parse_arguments(argc, argv, &arguments, &names);
    opened_init_sum(&opened, &names, arguments.dumps.paths, arguments.dumps.count,
                    arguments.options.all_cycles ? ALL_CYCLES : LOST_CYCLES);
    suppressed_apply(&opened, arguments.suppressed);
    if (arguments.options.all_cycles)
        note_missing_cycles(opened.dump);
    opened_find_owners(&opened);
    print(&opened, &arguments);
    if (!arguments.dumps.json)
        note_missing_names(&opened);
    bool found = found_any(opened.analysis, &arguments.fail_on);
    opened_finish(&opened);
    return found ? EXIT_FOUND : EXIT_DONE;
}
