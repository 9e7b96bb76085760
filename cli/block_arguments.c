/* The arguments that why and show share. */
#include "cli/block_arguments.h"

#include "cli/options.h"

enum block_key { KEY_ALL = OPTION_FIRST_FREE };

struct parsed {
    const char *command;
    struct block_arguments arguments;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct parsed *parsed = state->input;
    switch (key) {
    case OPTION_JSON:
        parsed->arguments.json = true;
        return 0;
    case KEY_ALL:
        parsed->arguments.all = true;
        return 0;
    case ARGP_KEY_ARG:
        if (!parsed->arguments.path)
            parsed->arguments.path = argument;
        else if (!parsed->arguments.address)
            parsed->arguments.address = argument;
        else
            options_fail(parsed->command, "one dump and one address; '%s' is too much", argument);
        return 0;
    case ARGP_KEY_END:
        if (!parsed->arguments.address)
            options_fail(parsed->command, "which block? (caulk %s DUMP ADDRESS)", parsed->command);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void block_arguments_parse(const char *command, const char *doc, const char *all, int argc,
                           char **argv, struct block_arguments *ret_arguments)
{
    const struct argp_option rows[] = {
        OPTIONS_JSON, {all ? "all" : NULL, all ? KEY_ALL : 0, NULL, 0, all, 0}, {0}};
    const struct argp argp = {
        .options = rows, .parser = parse, .args_doc = "DUMP ADDRESS", .doc = doc};
    struct parsed parsed = {.command = command};
    struct names_from names;
    names_from_parse(command, &argp, argc, argv, &parsed, &names);
    *ret_arguments = parsed.arguments;
    ret_arguments->names = names;
}
