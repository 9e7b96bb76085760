/* What `caulk run` does to a program before it starts, apart from deciding whether it should. */
#include "cli/launch.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/fatal.h"
#include "libcaulk/memory.h"

/* Tells the tracker's constructor (preload/hooks_start.c) that the dump signal is blocked by us. */
#define UNBLOCK_VARIABLE "CAULK_UNBLOCK"

char *launch_find_library(struct error *err)
{
    /* As built; as installed; as installed where libraries have a folder for the machine. */
    static const char *const places[] = {"/libcaulk.so", "/../lib/libcaulk.so",
                                         "/../lib/x86_64-linux-gnu/libcaulk.so",
                                         "/../lib64/libcaulk.so"};
    char folder[PATH_MAX], library[PATH_MAX + 64];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
    if (length < 0) {
        error_set(err, "/proc/self/exe", "%s", strerror(errno));
        return NULL;
    }
    folder[length] = '\0';
    *strrchr(folder, '/') = '\0';
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        snprintf(library, sizeof(library), "%s%s", folder, places[i]);
        char *path = realpath(library, NULL);
        if (!path)
            continue;
        if (!strpbrk(path, " :"))
            return path;
        error_set(err, path,
                  "the tracker's path has a space or a colon, which LD_PRELOAD can't "
                  "hold; install it elsewhere");
        free(path);
        return NULL;
    }
    error_set(err, NULL, "libcaulk.so is not beside %.400s, nor in ../lib; install it there",
              folder);
    return NULL;
}

char *launch_library(void)
{
    struct error err;
    char *path = launch_find_library(&err);
    if (!path)
        fatal_error(&err);
    return path;
}

static char *escape_colons(const char *value)
{
    char *escaped = allocate(2 * strlen(value) + 1, 1), *end = escaped;
    for (; *value; *end++ = *value++)
        if (*value == ':')
            *end++ = '\\';
    return escaped;
}

char *launch_add_option(char *options, const char *key, const char *value)
{
    char *escaped = escape_colons(value);
    bool first = !options || !*options;
    char *joined = format_text("%s%s%s=%s", first ? "" : options, first ? "" : ":", key, escaped);
    free(escaped);
    free(options);
    return joined;
}

/* The pair that begins at text, unescaped; the place after it. */
static const char *next_pair(const char *text, char *ret_pair)
{
    for (; *text && *text != ':'; text++) {
        if (text[0] == '\\' && text[1] == ':')
            text++;
        *ret_pair++ = *text;
    }
    *ret_pair = '\0';
    return *text ? text + 1 : text;
}

char *launch_find_option(const char *options, const char *key)
{
    char *found = NULL, *pair = allocate(options ? strlen(options) + 1 : 1, 1);
    size_t length = strlen(key);
    while (options && *options) {
        options = next_pair(options, pair);
        if (!strncmp(pair, key, length) && pair[length] == '=') {
            free(found);
            found = need_memory(strdup(pair + length + 1));
        }
    }
    free(pair);
    return found;
}

static void set_variable(const char *name, const char *value)
{
    if (setenv(name, value, 1))
        fatal(NULL, "%s: %s", name, strerror(errno));
}

void launch_set_environment(const char *library, const char *options)
{
    const char *others = getenv("LD_PRELOAD");
    bool alone = !others || !*others;
    char *preload = format_text("%s%s%s", library, alone ? "" : ":", alone ? "" : others);
    set_variable("LD_PRELOAD", preload);
    if (options && *options)
        set_variable("CAULK_OPTIONS", options);
    free(preload);
}

static int realtime_number(const char *name)
{
    bool up = !strncmp(name, "RTMIN", 5);
    const char *offset = name + 5;
    char *end = (char *)offset;
    long steps = *offset == (up ? '+' : '-') && isdigit((unsigned char)offset[1])
                     ? strtol(offset + 1, &end, 10)
                     : 0;
    if (*end || steps > SIGRTMAX - SIGRTMIN)
        return -1;
    return (int)(up ? SIGRTMIN + steps : SIGRTMAX - steps);
}

int launch_signal_number(const char *name)
{
    if (!strcmp(name, "none"))
        return 0;
    char *end;
    long number = isdigit((unsigned char)name[0]) ? strtol(name, &end, 10) : 0;
    if (number)
        return *end || number >= NSIG || number == SIGKILL || number == SIGSTOP ||
                       (number >= __SIGRTMIN && number < SIGRTMIN)
                   ? -1
                   : (int)number;
    if (!strncmp(name, "SIG", 3))
        name += 3;
    if (!strncmp(name, "RTMIN", 5) || !strncmp(name, "RTMAX", 5))
        return realtime_number(name);
    for (int i = 1; i < SIGRTMIN; i++) {
        const char *known = i == SIGKILL || i == SIGSTOP ? NULL : sigabbrev_np(i);
        if (known && !strcmp(known, name))
            return i;
    }
    return -1;
}

void launch_block_signal(const char *options, sigset_t *mask)
{
    char *name = launch_find_option(options, "signal");
    int number = name ? launch_signal_number(name) : SIGUSR1;
    free(name);
    /* One that was blocked when we were started is to stay so. */
    if (number <= 0 || sigismember(mask, number) || sigaddset(mask, number))
        return;
    set_variable(UNBLOCK_VARIABLE, "1");
}

_Noreturn void launch_exec(const char *path, char **argv)
{
    execvp(path, argv);
    fatal(path, "%s", strerror(errno));
}
