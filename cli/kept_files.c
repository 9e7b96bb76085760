#include "cli/kept_files.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/fatal.h"
#include "libcaulk/memory.h"

/* A dump and what was made of it. */
#define FILES_MAX 2

struct kept_file {
    char *path;
    dev_t device;
    ino_t inode;
};

struct kept_set {
    struct kept_file file[FILES_MAX];
    uint32_t count;
};

void kept_files_init(struct kept_files *files, uint32_t most)
{
    *files = (struct kept_files){.most = most,
                                 .set = allocate((size_t)most + 1, sizeof(struct kept_set))};
}

static bool is_same(const struct kept_file *file)
{
    struct stat status;
    return lstat(file->path, &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_dev == file->device && status.st_ino == file->inode;
}

static void set_finish(struct kept_set *set, bool remove)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (remove && is_same(&set->file[i]) && unlink(set->file[i].path))
            warn(set->file[i].path, "not removed: %m");
        free(set->file[i].path);
    }
}

void kept_files_begin(struct kept_files *files)
{
    if (files->count == files->most) {
        set_finish(&files->set[0], true);
        files->count--;
        memmove(files->set, files->set + 1, files->count * sizeof(*files->set));
    }
    files->set[files->count++] = (struct kept_set){.count = 0};
}

void kept_files_add(struct kept_files *files, const char *path)
{
    struct kept_set *set = &files->set[files->count - 1];
    struct stat status;
    if (set->count == FILES_MAX || lstat(path, &status))
        return;
    set->file[set->count++] =
        (struct kept_file){need_memory(strdup(path)), status.st_dev, status.st_ino};
}

void kept_files_finish(struct kept_files *files)
{
    for (uint32_t i = 0; i < files->count; i++)
        set_finish(&files->set[i], false);
    free(files->set);
    *files = (struct kept_files){0};
}
