#include "tests/support/compiled.h"

#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[PATH_MAX];
static char library[PATH_MAX + 32];
static unsigned count;

int compiled_start(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/compiled-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

int compiled_finish(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static bool is_there(const char *compiler)
{
    char command[128];
    int length = (int)strcspn(compiler, " ");
    snprintf(command, sizeof(command), "command -v %.*s >/dev/null", length, compiler);
    return system(command) == 0;
}

static void write_unit(char name, const char *text)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof(path), "%s/%c", folder, name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

const char *compiled(const char *compiler, const char *one, const char *two)
{
    char command[3 * PATH_MAX];
    if (!is_there(compiler))
        return NULL;
    write_unit('a', one);
    if (two)
        write_unit('b', two);
    snprintf(library, sizeof(library), "%s/%u.so", folder, count++);
    snprintf(command, sizeof(command), "cd %s && %s -fPIC -shared -o %s a %s", folder, compiler,
             library, two ? "b" : "");
    if (system(command) != 0) {
        fprintf(stderr, "%s: failed\n", command);
        abort();
    }
    return library;
}
