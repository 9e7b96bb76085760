#include "cli/dump_arguments.h"

#include "cli/options.h"

error_t dump_arguments_take(const char *command, int key, char *argument, struct argp_state *state,
                            struct dump_arguments *arguments)
{
    switch (key) {
    case OPTION_JSON:
        arguments->json = true;
        return 0;
    case 'o':
        arguments->output = argument;
        return 0;
    case ARGP_KEY_ARGS:
        arguments->paths = state->argv + state->next;
        arguments->count = (uint32_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        options_fail(command, "which dump? (caulk %s DUMP)", command);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}
