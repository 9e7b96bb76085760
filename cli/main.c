/*
 * caulk, the command line; and the map of the whole program, in the order in which data flows.
 *
 *   traced program ──▶ tracker ──▶ dump file ──▶ graph ──▶ verdicts ──▶ words
 *                      preload/                 libcaulk/              cli/
 *
 *  1. preload/ becomes libcaulk.so, which LD_PRELOAD puts into a program. hooks_*.c stand in for
 *     malloc and its relatives; every live block gets a slot in the block table and its call stack
 *     a number in the stack table. When the dump signal comes, all threads park, a raw clone copies
 *     the process, the program runs on, and the copy scans its memory for pointers to blocks: the
 *     heap's edges and the roots.
 *  2. libcaulk/dump_format.h is the specification of the file that the copy writes: with few other
 *     headers all that tracker and library share. A dump says where pointers were, never what else
 *     was in memory.
 *  3. libcaulk/dump.h opens a dump: checked as a whole, decoded into plain arrays.
 *  4. libcaulk/graph.h and its neighbours know nodes and edges only: reachability, components.
 *  5. libcaulk/analysis.h puts both together into verdicts: which blocks are definite, indirect,
 *     possible or reachable, which cycles are lost, folded into shapes; sites and cycles get the
 *     ids (S1, C1, P1) by which every command names them.
 *     libcaulk/owners.h then says who retains what is alive, and libcaulk/diff.h what grew between
 *     two dumps.
 *  6. libcaulk/symbolizer.h turns return addresses into functions, files and lines.
 *  7. cli/ asks for all this, one file per command (commands.c has the table), and says it: as text
 *     for a person (text.h), as JSON for a script (json.h), as DOT for xdot (libcaulk/dot.h), as
 *     a page for a browser (report.h), and in other programs' formats (export.h). What concerns
 *     running processes (run, ps, dump, watch, doctor) goes by libcaulk/target.h and proc.h.
 *
 * This file only finds the command. Results go to standard output, everything else to standard
 * error; the exit status is 0, 1 (--fail-on found some) or 2 (bad usage, bad input, failure).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/fatal.h"
#include "cli/pager.h"

/* A word with a slash, or one that names a file, was meant as a dump; a command's name wins. */
static bool names_file(const char *word)
{
    return strchr(word, '/') || access(word, F_OK) == 0;
}

static _Noreturn void unknown_command(const char *word)
{
    const struct command *meant = command_suggest(word);
    if (word[0] == '-')
        fatal(NULL, "unknown option '%s' (try: caulk help)", word);
    if (meant)
        fatal(NULL, "unknown command '%s', did you mean '%s'?", word, meant->name);
    fatal(NULL, "unknown command '%s' (try: caulk help)", word);
}

static int run(const struct command *command, int argc, char **argv)
{
    if (command->paged)
        pager_want();
    return command->run(argc, argv);
}

int main(int argc, char **argv)
{
    fatal_guard_output();
    if (argc < 2)
        fatal(NULL, "no command (try: caulk help)");

    const char *word = argv[1];
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        printf("caulk %s\n", CAULK_VERSION);
        return 0;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        word = "help";

    const struct command *command = command_find(word);
    if (command)
        return run(command, argc - 1, argv + 1);
    const struct command *analyze = command_find("analyze");
    if (analyze && names_file(word))
        return run(analyze, argc, argv);
    unknown_command(word);
}
