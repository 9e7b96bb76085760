/* `DUMP ADDR [--json] [--all]`: what commands about one block take. */
#ifndef CAULK_BLOCK_ARGUMENTS_H
#define CAULK_BLOCK_ARGUMENTS_H

#include <stdbool.h>

#include "cli/names_from.h"

struct block_arguments {
    const char *path, *address;
    bool json, all;
    struct names_from names;
};

/* Does not return after --help or on bad usage. doc: what the command does; all: what --all does,
 * or NULL where the command has no such option. */
void block_arguments_parse(const char *command, const char *doc, const char *all, int argc,
                           char **argv, struct block_arguments *ret_arguments);

#endif
