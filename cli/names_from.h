/*
 * Where names for addresses come from: --sysroot, --debug-dir and --debuginfod, which all commands
 * that show stacks share.
 */
#ifndef CAULK_NAMES_FROM_H
#define CAULK_NAMES_FROM_H

#include <argp.h>
#include <stdbool.h>

#include "libcaulk/debug_search.h"

struct names_from {
    struct debug_search search;
    bool debuginfod; /* servers may be asked */
};

/* As options_parse(), with these three options beside the command's own. The command line's memory
 * is borrowed. */
void names_from_parse(const char *command, const struct argp *argp, int argc, char **argv,
                      void *input, struct names_from *ret_names);

/* Unless servers may be asked, makes sure that nobody does. Before the first symbolizer. */
void names_from_apply(const struct names_from *names);

#endif
