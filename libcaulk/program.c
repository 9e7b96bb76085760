/*
 * What the kernel and the loader will do with a program, foretold from its file: which interpreter
 * runs it, whether a loader that knows LD_PRELOAD is in charge, whether that loader is told to
 * ignore it (secure execution), and whether calls to malloc leave the executable at all.
 */
#include "libcaulk/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "libcaulk/elf_file.h"
#include "libcaulk/proc.h"

#define DEFAULT_SEARCH_PATH "/bin:/usr/bin" /* execvp's where PATH is not set */
#define SHELL "/bin/sh"                     /* runs what the kernel doesn't know (ENOEXEC) */
#define LOADER "ld-linux-x86-64.so.2"

/* The kernel's limits for `#!`: bytes read of the first line, interpreters that are scripts. */
#define SCRIPT_LINE_BYTES 256
#define SCRIPT_DEPTH 4

static int can_execute(const char *path)
{
    struct stat status;
    if (stat(path, &status))
        return errno;
    if (!S_ISREG(status.st_mode))
        return EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) ? errno : 0;
}

/* An empty folder in the list is the current one. */
static bool search(const char *name, const char *folders, char ret_path[PATH_MAX],
                   struct error *err)
{
    int failure = ENOENT;
    for (const char *folder = folders, *end; folder; folder = *end ? end + 1 : NULL) {
        end = folder + strcspn(folder, ":");
        char path[PATH_MAX];
        int length = snprintf(path, sizeof(path), "%.*s%s%s", (int)(end - folder), folder,
                              end == folder ? "./" : "/", name);
        int error = length < PATH_MAX ? can_execute(path) : ENOENT;
        if (!error) {
            strcpy(ret_path, path);
            return true;
        }
        failure = error == EACCES ? EACCES : failure;
    }
    return error_set(err, name, "%s", failure == ENOENT ? "no such program" : strerror(failure));
}

bool program_find(const char *name, const char *search_path, char ret_path[PATH_MAX],
                  struct error *err)
{
    if (!strchr(name, '/'))
        return search(name, search_path ? search_path : DEFAULT_SEARCH_PATH, ret_path, err);
    int failure = strlen(name) < PATH_MAX ? can_execute(name) : ENAMETOOLONG;
    if (failure)
        return error_set(err, name, "%s", strerror(failure));
    strcpy(ret_path, name);
    return true;
}

/* The interpreter in a script's first line; false where the file is none. */
static bool script_interpreter(int fd, char ret_path[SCRIPT_LINE_BYTES])
{
    char line[SCRIPT_LINE_BYTES];
    ssize_t bytes = pread(fd, line, sizeof(line) - 1, 0);
    if (bytes < 2 || memcmp(line, "#!", 2))
        return false;
    line[bytes] = '\0';
    line[strcspn(line, "\n")] = '\0';
    const char *start = line + 2 + strspn(line + 2, " \t");
    size_t length = strcspn(start, " \t");
    memcpy(ret_path, start, length);
    ret_path[length] = '\0';
    return true;
}

/* Does executing this file raise privileges, so that the loader ignores LD_PRELOAD? */
static bool is_secure(int fd)
{
    struct stat status;
    struct statvfs mount;
    if (fstat(fd, &status) || fstatvfs(fd, &mount) || (mount.f_flag & ST_NOSUID))
        return false;
    bool group_executes = status.st_mode & S_IXGRP;
    if ((status.st_mode & S_ISUID) && status.st_uid != getuid())
        return true;
    if ((status.st_mode & S_ISGID) && group_executes && status.st_gid != getgid())
        return true;
    return getuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0;
}

/* Is it loaded by glibc's loader, for this machine? */
static bool check_loader(const char *path, int fd, struct elf_file *ret_file, struct error *err)
{
    struct elf_file file;
    if (!elf_file_read(fd, &file) || !file.is_program)
        return error_set(err, path, "architecture: it is not a program for this system");
    if (!file.is_x86_64)
        return error_set(err, path, "architecture: it is not a program for x86-64");
    if (!*file.interpreter)
        return error_set(err, path, "static: it is linked statically, nothing can be preloaded");
    const char *slash = strrchr(file.interpreter, '/');
    if (strcmp(slash ? slash + 1 : file.interpreter, LOADER))
        return error_set(err, path, "architecture: its loader %s is not glibc's", file.interpreter);
    *ret_file = file;
    return true;
}

static bool check_rest(const char *path, const struct elf_file *file, bool secure,
                       struct error *err)
{
    if (secure)
        return error_set(err, path,
                         "secure: it runs with raised privileges, where preloading is ignored");
    if (file->defines_malloc)
        return error_set(err, path,
                         "allocator: it has a malloc of its own inside, which would "
                         "never call the tracker");
    if (file->needs_sanitizer)
        return error_set(err, path,
                         "allocator: it is built with a sanitizer, whose malloc must be the first");
    return true;
}

static bool check_executable(const char *path, int fd, struct error *err)
{
    struct elf_file file;
    return check_loader(path, fd, &file, err) && check_rest(path, &file, is_secure(fd), err);
}

static bool begins_with_elf_magic(int fd)
{
    char magic[4];
    return pread(fd, magic, sizeof(magic), 0) == sizeof(magic) && !memcmp(magic, "\177ELF", 4);
}

bool program_check(const char *path, struct error *err)
{
    char script[SCRIPT_LINE_BYTES];
    const char *next = path;
    for (int depth = 0; depth <= SCRIPT_DEPTH + 1; depth++) {
        int fd = open(next, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0 && errno == EACCES)
            return true; /* may be executed all the same, and nothing is known against it */
        if (fd < 0)
            return error_set(err, next, "%s", strerror(errno));
        bool is_elf = begins_with_elf_magic(fd);
        bool usable = is_elf && check_executable(next, fd, err);
        if (!is_elf && !script_interpreter(fd, script))
            strcpy(script, SHELL);
        close(fd);
        if (is_elf)
            return usable;
        next = script;
    }
    return error_set(err, path, "its interpreters are scripts, one after another");
}

/* A loader that was executed itself, with the program as its argument, is linked statically. */
static bool is_loader(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !strcmp(slash ? slash + 1 : path, LOADER);
}

bool program_check_running(pid_t task, struct error *err)
{
    char link[64], path[PATH_MAX];
    struct elf_file file;
    uint64_t secure = 0;
    snprintf(link, sizeof(link), "/proc/%d/exe", (int)task);
    int fd = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || !proc_program(task, path) || is_loader(path)) {
        if (fd >= 0)
            close(fd);
        return true;
    }
    bool usable = check_loader(path, fd, &file, err);
    close(fd);
    proc_auxiliary(task, AT_SECURE, &secure);
    return usable && check_rest(path, &file, secure != 0, err);
}
