/* See preload/environment.h. Text is only ever made shorter, so the kernel's copy will do. */
#include "preload/environment.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define PRELOAD "LD_PRELOAD"

static char *value_of(char *variable, const char *name)
{
    size_t length = strlen(name);
    return strncmp(variable, name, length) == 0 && variable[length] == '=' ? variable + length + 1
                                                                           : NULL;
}

const char *environment_get(char *const *environment, const char *name)
{
    for (; environment && *environment; environment++) {
        const char *value = value_of(*environment, name);
        if (value)
            return value;
    }
    return NULL;
}

void environment_remove(char **environment, const char *name)
{
    char **kept = environment;
    for (; *environment; environment++) {
        if (!value_of(*environment, name))
            *kept++ = *environment;
    }
    *kept = NULL;
}

static bool names_file(const char *path, size_t length, const char *file)
{
    size_t bytes = strlen(file);
    return length >= bytes && memcmp(path + length - bytes, file, bytes) == 0 &&
           (length == bytes || path[length - bytes - 1] == '/');
}

/* Copies the list over itself without the entries that name the file; the rest's length. */
static size_t remove_entries(char *list, const char *file)
{
    char *kept = list;
    const char *at = list;
    while (*at != '\0') {
        size_t length = strcspn(at, ": ");
        size_t separator = at[length] != '\0';
        if (!names_file(at, length, file)) {
            memmove(kept, at, length + separator);
            kept += length + separator;
        }
        at += length + separator;
    }
    if (kept > list && (kept[-1] == ':' || kept[-1] == ' '))
        kept--;
    *kept = '\0';
    return (size_t)(kept - list);
}

void environment_remove_preload(char **environment, const char *file)
{
    for (char **variable = environment; *variable; variable++) {
        char *list = value_of(*variable, PRELOAD);
        if (list && remove_entries(list, file) == 0) {
            environment_remove(environment, PRELOAD);
            return;
        }
    }
}
