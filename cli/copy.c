/* The kernel copies; what it can't (between some file systems, to some devices), we do. */
#include "cli/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/fatal.h"
#include "cli/temporary_file.h"

#define CHUNK_BYTES (1 << 16)

static bool write_all(int to, const char *bytes, size_t count)
{
    while (count) {
        ssize_t written = write(to, bytes, count);
        if (written < 0)
            return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

static bool copy_bytes(int from, int to)
{
    ssize_t got;
    while ((got = copy_file_range(from, NULL, to, NULL, SSIZE_MAX, 0)) > 0)
        ;
    if (got == 0)
        return true;
    char chunk[CHUNK_BYTES];
    while ((got = read(from, chunk, sizeof(chunk))) > 0)
        if (!write_all(to, chunk, (size_t)got))
            return false;
    return got == 0;
}

static void write_in_place(int from, int to, const char *name)
{
    if (!copy_bytes(from, to))
        fatal(name, "%s", strerror(errno));
}

/* Some file systems and sandboxes can't rename without replacing, others have no links. */
static bool rename_to_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    return (errno == EINVAL || errno == EPERM) && link(from, to) == 0 && unlink(from) == 0;
}

static void make_file(int from, const char *to)
{
    int fd = temporary_file_open(to);
    if (fd < 0 || !copy_bytes(from, fd) || fsync(fd) || close(fd) ||
        !rename_to_new(temporary_file_path(), to))
        fatal(to, "%s", strerror(errno));
    temporary_file_keep();
}

bool copy_is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

void copy_check(const char *to)
{
    struct stat status;
    if (strcmp(to, "-") && !copy_is_special(to) && lstat(to, &status) == 0)
        fatal(to, "%s; nothing is written over, name another file", strerror(EEXIST));
}

void copy_file(const char *from, const char *to)
{
    int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0)
        fatal(from, "%s", strerror(errno));
    if (!strcmp(to, "-")) {
        write_in_place(source, STDOUT_FILENO, "standard output");
    } else if (copy_is_special(to)) {
        int fd = open(to, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
            fatal(to, "%s", strerror(errno));
        write_in_place(source, fd, to);
        close(fd);
    } else {
        make_file(source, to);
    }
    close(source);
}

FILE *copy_begin(const char *to)
{
    FILE *file = tmpfile();
    if (!file)
        fatal(to, "%s", strerror(errno));
    return file;
}

void copy_end(FILE *file, const char *to)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
    copy_file(path, to);
    fclose(file);
}
