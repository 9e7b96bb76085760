/*
 * Names are looked up one level at a time, relative to an open directory and without following
 * symbolic links, so no name leads out of the root.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "samples/leakyd/fifo.h"
#include "samples/leakyd/filesystem.h"
#include "samples/leakyd/session.h"

struct filesystem {
    int references;
    int root; /* borrowed from the server */
    int directory;
    struct session *session; /* a counted reference */
    char path[PATH_MAX];
};

struct filesystem *filesystem_open(struct session *session, int root)
{
    struct filesystem *filesystem = calloc(1, sizeof(*filesystem));

    if (!filesystem)
        return NULL;
    filesystem->directory = fcntl(root, F_DUPFD_CLOEXEC, 0);
    if (filesystem->directory < 0) {
        free(filesystem);
        return NULL;
    }
    filesystem->references = 1;
    filesystem->root = root;
    filesystem->session = session_ref(session);
    strcpy(filesystem->path, "/");
    return filesystem;
}

void filesystem_close(struct filesystem *filesystem)
{
    struct session *session = filesystem->session;

    filesystem->session = NULL;
    session_unref(session);
}

void filesystem_unref(struct filesystem *filesystem)
{
    if (!filesystem || --filesystem->references > 0)
        return;
    close(filesystem->directory);
    free(filesystem);
}

const char *filesystem_path(const struct filesystem *filesystem)
{
    return filesystem->path;
}

static bool is_plain(const char *name)
{
    return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* openat() of a name in this directory. */
static int open_here(struct filesystem *filesystem, const char *name, int flags)
{
    if (!is_plain(name)) {
        errno = EINVAL;
        return -1;
    }
    return openat(filesystem->directory, name, flags | O_NOFOLLOW | O_CLOEXEC, 0644);
}

bool filesystem_enter(struct filesystem *filesystem, const char *name)
{
    bool to_root = strcmp(name, "/") == 0;
    size_t length = to_root ? 0 : strlen(filesystem->path);
    size_t bytes = sizeof(filesystem->path) - length;
    int directory;

    if (bytes < strlen(name) + sizeof("/")) {
        errno = ENAMETOOLONG;
        return false;
    }
    directory = to_root ? fcntl(filesystem->root, F_DUPFD_CLOEXEC, 0)
                        : open_here(filesystem, name, O_RDONLY | O_DIRECTORY);
    if (directory < 0)
        return false;
    close(filesystem->directory);
    filesystem->directory = directory;
    snprintf(filesystem->path + length, bytes, "%s%s", length > 1 ? "/" : "", name);
    return true;
}

static bool list_entry(int directory, const char *name, struct fifo *output)
{
    char line[NAME_MAX + 32];
    struct stat about;
    int length;

    if (fstatat(directory, name, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(about.st_mode))
        return true;
    length = snprintf(line, sizeof(line), "%jd %s\n", (intmax_t)about.st_size, name);
    return fifo_write(output, line, length);
}

bool filesystem_list(struct filesystem *filesystem, struct fifo *output)
{
    int copy = openat(filesystem->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;
    bool good = true;

    if (!stream) {
        if (copy >= 0)
            close(copy);
        return false;
    }
    while (good && (entry = readdir(stream)))
        good = list_entry(filesystem->directory, entry->d_name, output);
    closedir(stream);
    return good;
}

int filesystem_fetch(struct filesystem *filesystem, const char *name, uint64_t *ret_bytes)
{
    int file = open_here(filesystem, name, O_RDONLY | O_NONBLOCK);
    struct stat about;

    if (file < 0)
        return -1;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(file);
        errno = EINVAL;
        return -1;
    }
    *ret_bytes = about.st_size;
    return file;
}

int filesystem_store(struct filesystem *filesystem, const char *name)
{
    return open_here(filesystem, name, O_WRONLY | O_CREAT | O_TRUNC);
}

void filesystem_charge(struct filesystem *filesystem, uint64_t bytes)
{
    if (filesystem->session)
        filesystem->session->charged_bytes += bytes;
}
