/*
 * A command of the CLI: `caulk NAME …`. cli/commands.c has the table of all of them.
 */
#ifndef CAULK_COMMAND_H
#define CAULK_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum exit_status { EXIT_DONE = 0, EXIT_FOUND = 1, EXIT_FAILED = 2 };

struct command {
    const char *name;
    const char *summary; /* one line, for `caulk help` */
    /* argv[0] is the command's name (or the program's), its arguments follow. Returns the exit
     * status. */
    int (*run)(int argc, char **argv);
    bool paged; /* its text may be longer than a screen */
};

/* In alphabetical order. */
extern const struct command commands[];
extern const size_t command_count;

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* The command that a mistyped name most likely meant, or NULL where none is near. */
const struct command *command_suggest(const char *name);

int analyze_run(int argc, char **argv);
int diff_run(int argc, char **argv);
int doctor_run(int argc, char **argv);
int dump_run(int argc, char **argv);
int export_run(int argc, char **argv);
int graph_run(int argc, char **argv);
int help_run(int argc, char **argv);
int info_run(int argc, char **argv);
int merge_run(int argc, char **argv);
int owners_run(int argc, char **argv);
int ps_run(int argc, char **argv);
int report_run(int argc, char **argv);
int run_run(int argc, char **argv);
int show_run(int argc, char **argv);
int suppress_run(int argc, char **argv);
int symbolize_run(int argc, char **argv);
int watch_run(int argc, char **argv);
int why_run(int argc, char **argv);

#endif
