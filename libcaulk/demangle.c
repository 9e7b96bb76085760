/*
 * Demangling by libiberty, which knows both of Rust's schemes besides C++'s.
 *
 * Parameters are left out: with them a name like std::map's insert fills a screen, and file and
 * line tell overloads apart. Without them the demangler prints no return type either.
 */
#include "libcaulk/demangle.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

/* What follows the dot in a copy of a function, or in a static local, that the compiler made. */
static const char *const suffixes[] = {
    "cold", "constprop", "isra", "llvm", "localalias", "lto_priv", "part",
};

static bool is_suffix(const char *text)
{
    if (isdigit((unsigned char)*text))
        return true;
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
        if (!strncmp(text, suffixes[i], strlen(suffixes[i])))
            return true;
    return false;
}

static void drop_suffix(char *name)
{
    for (char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        if (dot != name && is_suffix(dot + 1)) {
            *dot = '\0';
            return;
        }
    }
}

static void drop_from(char *name, const char *mark)
{
    char *found = strstr(name, mark);
    if (found && found != name)
        *found = '\0';
}

char *demangle(const char *symbol)
{
    char *name = strdup(symbol);
    if (!name)
        abort();
    drop_from(name, "@");
    char *readable = cplus_demangle(name, DMGL_AUTO);
    if (readable) {
        free(name);
        drop_from(readable, " [clone ");
        return readable;
    }
    drop_suffix(name);
    return name;
}
