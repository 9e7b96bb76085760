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

#include <limits.h>
#include <string.h>

const struct command commands[] = {
    {"analyze", "is it a leak, what is lost, and in which cycles", analyze_run},
    {"diff", "what grew between dumps, and who dropped the last pointer", diff_run},
    {"doctor", "why a process is not tracked, or can't be dumped, and what to do", doctor_run},
    {"dump", "ask a tracked process for a dump", dump_run},
    {"export", "a dump for other programs: pprof, DevTools, SQL, CI, …", export_run},
    {"graph", "the lost blocks and cycles as a Graphviz graph", graph_run},
    {"help", "what caulk can do, or one command in detail", help_run},
    {"info", "what a dump is; verifies the whole file", info_run},
    {"owners", "who retains how much, from the roots down", owners_run},
    {"ps", "which processes are tracked", ps_run},
    {"run", "start a program under the tracker", run_run},
    {"show", "one block: size, age, stack, and its neighbours", show_run},
    {"suppress", "suppressions for what a dump has lost", suppress_run},
    {"symbolize", "a copy of a dump that brings its own names", symbolize_run},
    {"why", "what keeps a block alive, or that nothing does", why_run},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

#define LONGEST_NAME 16

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned low = a < b ? a : b;
    return low < c ? low : c;
}

/* Letters to insert, delete or change between the two (Levenshtein's distance), one row of the
 * classic table at a time. */
static unsigned edit_distance(const char *from, const char *to)
{
    size_t length = strlen(to);
    unsigned row[LONGEST_NAME + 1];
    for (size_t i = 0; i <= length; i++)
        row[i] = i;
    for (unsigned done = 1; *from; from++, done++) {
        unsigned diagonal = row[0];
        row[0] = done;
        for (size_t i = 1; i <= length; i++) {
            unsigned above = row[i];
            row[i] = min3(above + 1, row[i - 1] + 1, diagonal + (*from != to[i - 1]));
            diagonal = above;
        }
    }
    return row[length];
}

const struct command *command_suggest(const char *name)
{
    const struct command *best = NULL;
    unsigned best_distance = UINT_MAX;
    if (strlen(name) > LONGEST_NAME)
        return NULL;
    for (size_t i = 0; i < command_count; i++) {
        unsigned distance = edit_distance(name, commands[i].name);
        if (distance < best_distance) {
            best = &commands[i];
            best_distance = distance;
        }
    }
    /* Two letters off is a slip; and at least a third of the word must be right. */
    return best_distance <= 2 && best_distance * 3 <= strlen(name) * 2 ? best : NULL;
}
