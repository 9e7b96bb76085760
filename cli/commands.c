/*
 * The commands' table.
 *
 * To add a command, do these three things:
 *   1. write cli/NAME.c with `int NAME_run(int argc, char **argv)`, its arguments parsed by
 *      options_parse() (cli/options.h);
 *   2. declare NAME_run in cli/command.h;
 *   3. add a row here, in alphabetical order.
 */
#include "cli/command.h"

#include <string.h>

#include "cli/suggest.h"

const struct command commands[] = {
    {"analyze", "is it a leak, what is lost, and in which cycles", analyze_run, true},
    {"diff", "what grew between dumps, and who dropped the last pointer", diff_run, true},
    {"doctor", "why a process is not tracked, or can't be dumped, and what to do", doctor_run,
     false},
    {"dump", "ask a tracked process for a dump", dump_run, false},
    {"export", "a dump for other programs: pprof, DevTools, SQL, CI, …", export_run, false},
    {"graph", "the lost blocks and cycles as a Graphviz graph", graph_run, false},
    {"help", "what caulk can do, or one command in detail", help_run, false},
    {"info", "what a dump is; verifies the whole file", info_run, true},
    {"merge", "dumps of many processes and hosts as one, by place", merge_run, false},
    {"owners", "who retains how much, from the roots down", owners_run, true},
    {"ps", "which processes are tracked", ps_run, false},
    {"report", "a dump as a page for a browser, in one file", report_run, false},
    {"run", "start a program under the tracker", run_run, false},
    {"show", "one block: size, age, stack, and its neighbours", show_run, true},
    {"suppress", "suppressions for what a dump has lost", suppress_run, false},
    {"symbolize", "a copy of a dump that brings its own names", symbolize_run, false},
    {"watch", "dumps of a process on a schedule, or when it grows", watch_run, false},
    {"why", "what keeps a block alive, or that nothing does", why_run, true},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

const struct command *command_suggest(const char *name)
{
    struct suggestion suggestion = {NULL, 0};
    for (size_t i = 0; i < command_count; i++)
        suggest(&suggestion, name, commands[i].name);
    return suggestion.word ? command_find(suggestion.word) : NULL;
}
