/* `caulk report`: a dump, or what changed between several, as a page to open in a browser. */
#include "cli/report.h"

#include <string.h>

#include "cli/command.h"
#include "cli/dump_arguments.h"
#include "cli/fatal.h"
#include "cli/options.h"
#include "cli/whole_file.h"

struct arguments {
    struct dump_arguments dumps;
    struct suppressed_by suppressed;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_END:
        if (!arguments->dumps.output)
            options_fail("report", "where to? -o FILE.html (- for standard output)");
        return 0;
    default:
        if (suppressed_take(key, argument, &arguments->suppressed))
            return 0;
        return dump_arguments_take("report", key, argument, state, &arguments->dumps);
    }
}

/* Dumps of one process are compared, of several summed. The first two tell which. */
static bool are_of_one_process(const struct dump_arguments *dumps)
{
    struct dump *first, *second;
    struct error err;
    if (dumps->count < 2)
        return false;
    if (!dump_open(dumps->paths[0], &first, &err) || !dump_open(dumps->paths[1], &second, &err))
        fatal_error(&err);
    bool same = first->process.pid == second->process.pid &&
                first->process.start_ns == second->process.start_ns;
    dump_close(first);
    dump_close(second);
    return same;
}

/* Pictures are drawn before the file is begun: see report_pictures.h. */
static void write_report(struct report report, const char *output)
{
    const struct opened *opened = report.opened;
    struct suspects suspects;
    struct findings lost, places;
    struct pictures pictures;
    struct error err;
    if (!suspects_find(&opened->tree, &opened->owners, &suspects, &err))
        fatal_error(&err);
    findings_lost(opened, &lost);
    findings_places(opened, &places);
    pictures_init(&pictures, opened);
    report.suspects = &suspects;
    report.lost = &lost;
    report.places = &places;
    report.pictures = &pictures;
    report.out = whole_file_begin(output);
    text_progress("writing");
    report_page(&report);
    text_progress(NULL);
    whole_file_end(report.out);
    pictures_finish(&pictures);
    findings_finish(&lost);
    findings_finish(&places);
}

static void report_comparison(const struct arguments *arguments, const struct names_from *names)
{
    struct compared compared;
    if (arguments->dumps.count > DIFF_DUMPS_MAX)
        options_fail("report", "at most %d dumps of one process, please", DIFF_DUMPS_MAX);
    compared_init(&compared, names, arguments->suppressed, arguments->dumps.paths,
                  arguments->dumps.count);
    struct report report = {.opened = &compared.newest, .compared = &compared};
    write_report(report, arguments->dumps.output);
    compared_finish(&compared);
}

static void report_state(const struct arguments *arguments, const struct names_from *names)
{
    struct opened opened;
    opened_init_sum(&opened, names, arguments->dumps.paths, arguments->dumps.count, LOST_CYCLES);
    suppressed_apply(&opened, arguments->suppressed);
    opened_find_owners(&opened);
    struct report report = {.opened = &opened};
    write_report(report, arguments->dumps.output);
    opened_finish(&opened);
}

int report_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {NULL, 'o', "FILE.html", 0, "write here; - is standard output", 0},
        SUPPRESSED_OPTIONS,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP... -o FILE.html",
        .doc = "The dump as one page for a browser, which opens it offline and loads nothing: "
               "verdicts, leaks, lost cycles drawn, a flame graph, owners. Several dumps of one "
               "process, oldest first, are compared too; those of a tree of processes are summed."};
    struct arguments arguments = {0};
    struct names_from names;
    names_from_parse("report", &argp, argc, argv, &arguments, &names);
    if (are_of_one_process(&arguments.dumps))
        report_comparison(&arguments, &names);
    else
        report_state(&arguments, &names);
    return EXIT_DONE;
}
