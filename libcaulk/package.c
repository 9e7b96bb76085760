/*
 * dpkg keeps a list for each package, NAME.list or NAME:ARCHITECTURE.list, with a path in each
 * line. Since /lib has become /usr/lib, a package's path may lack the /usr that the loader says.
 */
#include "libcaulk/package.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/memory.h"

#define LISTS "/var/lib/dpkg/info"
#define LIST ".list"

static bool list_has(const char *list, const char *path, const char *short_path)
{
    char *line = NULL;
    size_t capacity = 0;
    bool found = false;
    FILE *file = fopen(list, "re");
    while (file && !found && getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        found = !strcmp(line, path) || !strcmp(line, short_path);
    }
    free(line);
    if (file)
        fclose(file);
    return found;
}

static bool is_list(const char *name)
{
    size_t length = strlen(name), tail = strlen(LIST);
    return length > tail && !strcmp(name + length - tail, LIST);
}

char *package_of(const char *root, const char *path)
{
    char folder[PATH_MAX], list[PATH_MAX + 512], *package = NULL;
    const char *short_path = strncmp(path, "/usr/", 5) ? path : path + 4;
    if (snprintf(folder, sizeof(folder), "%s%s", root, LISTS) >= (int)sizeof(folder))
        return NULL;
    DIR *lists = opendir(folder);
    for (struct dirent *entry; lists && !package && (entry = readdir(lists));) {
        snprintf(list, sizeof(list), "%s/%s", folder, entry->d_name);
        if (is_list(entry->d_name) && list_has(list, path, short_path))
            package = strndup(entry->d_name, strcspn(entry->d_name, ":") < strlen(entry->d_name)
                                                 ? strcspn(entry->d_name, ":")
                                                 : strlen(entry->d_name) - strlen(LIST));
    }
    if (lists)
        closedir(lists);
    return package;
}

char *package_of_debug_files(const char *package)
{
    return format_text("%s%s", package, strcmp(package, "libc6") ? "-dbgsym" : "-dbg");
}
