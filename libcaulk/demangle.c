/*
 * Demangling by libiberty, which knows both of Rust's schemes besides C++'s.
 *
 * Parameters are left out: with them a name like std::map's insert fills a screen, and file and
 * line tell overloads apart. Without them the demangler prints no return type either.
 */
#include "libcaulk/demangle.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "libcaulk/memory.h"

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

/* A name of 200 characters can stand for one of gigabytes: each part may be the one before, twice.
 * The demangler says it piece by piece and cannot be told to stop; so it is left. */
#define READABLE_MAX ((size_t)1 << 16)

struct saying {
    jmp_buf too_long;
    char *text;
    size_t length;
};

static void say(const char *piece, size_t length, void *context)
{
    struct saying *saying = context;
    if (length >= READABLE_MAX - saying->length)
        longjmp(saying->too_long, 1);
    memcpy(saying->text + saying->length, piece, length);
    saying->length += length;
}

/* NULL where it is no such name, or one of too many words. */
static char *readable_of(const char *symbol, int options)
{
    struct saying saying = {.text = need_memory(malloc(READABLE_MAX))};
    char *readable = NULL;
    if (!setjmp(saying.too_long) && (rust_demangle_callback(symbol, options, say, &saying) ||
                                     cplus_demangle_v3_callback(symbol, options, say, &saying)))
        readable = strndup(saying.text, saying.length);
    free(saying.text);
    return readable;
}

char *demangle(const char *symbol)
{
    char *name = need_memory(strdup(symbol));
    drop_from(name, "@");
    char *readable = readable_of(name, DMGL_AUTO);
    if (readable) {
        free(name);
        drop_from(readable, " [clone ");
        return readable;
    }
    drop_suffix(name);
    return name;
}

char *demangle_type(const char *name)
{
    char *readable = readable_of(name, DMGL_PARAMS | DMGL_TYPES);
    return readable ? readable : strdup(name);
}
