/* What commands that take one dump or several have in common on the command line. */
#ifndef CAULK_DUMP_ARGUMENTS_H
#define CAULK_DUMP_ARGUMENTS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

struct dump_arguments {
    char **paths; /* the command line's own memory */
    uint32_t count;
    bool json;
    const char *output; /* NULL: no -o */
};

/* For the command's parser, after its own keys: takes --json, -o and the dumps, of which there must
 * be one. ARGP_ERR_UNKNOWN for any other key. */
error_t dump_arguments_take(const char *command, int key, char *argument, struct argp_state *state,
                            struct dump_arguments *arguments);

#endif
