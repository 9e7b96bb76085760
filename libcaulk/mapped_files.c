/* From /proc/PID/maps, where a file has a line for each of its parts, mostly one after another. */
#include "libcaulk/mapped_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/memory.h"

#define DELETED " (deleted)"

static struct mapped_file *find_or_add(struct mapped_files *files, const char *path, bool deleted)
{
    for (size_t i = files->count; i-- > 0;)
        if (!strcmp(files->file[i].path, path) && files->file[i].deleted == deleted)
            return &files->file[i];
    files->file = need_room(files->file, files->count, sizeof(*files->file));
    struct mapped_file *added = &files->file[files->count++];
    *added = (struct mapped_file){.path = need_memory(strdup(path)), .deleted = deleted};
    return added;
}

static void read_line(char *line, struct mapped_files *files)
{
    char rights[5] = "";
    int path_at = 0;
    if (sscanf(line, "%*s %4s %*s %*s %*s %n", rights, &path_at) < 1 || !path_at ||
        line[path_at] != '/')
        return;
    char *path = line + path_at;
    path[strcspn(path, "\n")] = '\0';
    size_t length = strlen(path), tail = strlen(DELETED);
    bool deleted = length > tail && !strcmp(path + length - tail, DELETED);
    if (deleted)
        path[length - tail] = '\0';
    struct mapped_file *file = find_or_add(files, path, deleted);
    file->has_code = file->has_code || rights[2] == 'x';
}

bool mapped_files_read(pid_t task, struct mapped_files *ret_files)
{
    char path[64], *line = NULL;
    size_t capacity = 0;
    struct mapped_files files = {0};
    snprintf(path, sizeof(path), "/proc/%d/maps", (int)task);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    errno = 0;
    while (getline(&line, &capacity, file) > 0)
        read_line(line, &files);
    int failure = ferror(file) ? errno : 0;
    free(line);
    fclose(file);
    if (failure) {
        mapped_files_finish(&files);
        errno = failure;
        return false;
    }
    *ret_files = files;
    return true;
}

void mapped_files_finish(struct mapped_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->file[i].path);
    free(files->file);
    *files = (struct mapped_files){0};
}

const struct mapped_file *mapped_files_find(const struct mapped_files *files, const char *prefix)
{
    for (size_t i = 0; i < files->count; i++) {
        const char *name = strrchr(files->file[i].path, '/') + 1;
        if (files->file[i].has_code && !strncmp(name, prefix, strlen(prefix)))
            return &files->file[i];
    }
    return NULL;
}
