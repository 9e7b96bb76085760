/*
 * libdwfl asks the servers in DEBUGINFOD_URLS whenever that is set, through a library that it loads
 * when there is one. So without --debuginfod the variable goes, and with it what is missing is said
 * here: libdwfl would find nothing and say nothing.
 */
#include "cli/names_from.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "cli/fatal.h"
#include "cli/options.h"
#include "libcaulk/memory.h"

#define SERVERS "DEBUGINFOD_URLS"
#define CLIENT_LIBRARY "libdebuginfod.so.1"

enum names_key { KEY_SYSROOT = OPTION_NAMES, KEY_DEBUG_DIR, KEY_DEBUGINFOD };

static void parse_debuginfod(struct names_from *names, const char *servers)
{
    if (servers && setenv(SERVERS, servers, 1) != 0)
        memory_fail();
    const char *wanted = getenv(SERVERS);
    if (!wanted || !*wanted)
        fatal(NULL, "--debuginfod: which server? (--debuginfod=URL, or %s)", SERVERS);
    if (!dlopen(CLIENT_LIBRARY, RTLD_LAZY))
        fatal(NULL, "--debuginfod: %s is not installed (Debian: libdebuginfod1)", CLIENT_LIBRARY);
    names->debuginfod = true;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct names_from *names = state->input;
    switch (key) {
    case KEY_SYSROOT:
        names->search.sysroot = argument;
        return 0;
    case KEY_DEBUG_DIR:
        names->search.debug_folders = argument;
        return 0;
    case KEY_DEBUGINFOD:
        parse_debuginfod(names, argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void names_from_parse(const char *command, const struct argp *argp, int argc, char **argv,
                      void *input, struct names_from *ret_names)
{
    static const struct argp_option rows[] = {
        {"sysroot", KEY_SYSROOT, "DIR", 0, "look for the program's files below DIR", 0},
        {"debug-dir", KEY_DEBUG_DIR, "DIR", 0,
         "look for debug files (.build-id/…) in DIR first; several with colons between", 0},
        {"debuginfod", KEY_DEBUGINFOD, "URL", OPTION_ARG_OPTIONAL,
         "ask debuginfod servers for files that are missing: those of DEBUGINFOD_URLS, or URL; "
         "without this option no server is ever asked",
         0},
        {0}};
    static const struct argp names_argp = {.options = rows, .parser = parse};
    const struct argp_child own = {&names_argp, 0, "Where names come from:", 1};
    *ret_names = (struct names_from){0};
    options_parse_with(command, argp, &own, ret_names, argc, argv, input);
}

void names_from_apply(const struct names_from *names)
{
    if (!names->debuginfod)
        unsetenv(SERVERS);
}
