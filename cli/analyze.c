/* `caulk analyze`: is it a leak, what is lost, and in which cycles. */
#include <stdlib.h>
#include <string.h>

#include "cli/analyze.h"
#include "cli/command.h"
#include "cli/dump_arguments.h"
#include "cli/fail_on.h"
#include "cli/fatal.h"
#include "cli/options.h"
#include "cli/suppressed.h"

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

int analyze_run(int argc, char **argv)
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
    struct arguments arguments = {0};
    struct names_from names;
    names_from_parse("analyze", &argp, argc, argv, &arguments, &names);

    struct opened opened;
    struct suspects suspects;
    struct error err;
    opened_init_sum(&opened, &names, arguments.dumps.paths, arguments.dumps.count,
                    arguments.options.all_cycles);
    suppressed_apply(&opened, arguments.suppressed, arguments.options.all_cycles);
    if (opened.dump->process.only_lost && arguments.options.all_cycles)
        note(opened.dump->path, opened.dump->process.merged
                                    ? "a merged dump: it has the number of cycles, but no cycles"
                                    : "made with --detail=lost: it has no reachable cycles");
    opened_find_owners(&opened);
    if (!suspects_find(&opened.tree, &opened.owners, &suspects, &err))
        fatal_error(&err);
    if (arguments.dumps.json)
        analyze_print_json(&opened, &suspects);
    else
        analyze_print_text(&opened, &suspects, &arguments.options);
    const struct amount *of_kind = opened.analysis->of_kind;
    uint64_t cycles = opened.analysis->lost_cycles - opened.analysis->pending_cycles;
    bool found = fail_on_found(&arguments.fail_on, of_kind[KIND_DEFINITE].blocks,
                               of_kind[KIND_POSSIBLE].blocks, cycles);
    opened_finish(&opened);
    return found ? EXIT_FOUND : EXIT_DONE;
}
