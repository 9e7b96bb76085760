/*
 * The path is followed folder by folder, each looked up by openat2() with RESOLVE_IN_ROOT: so a
 * link's absolute target is the process's, not ours. Kernels before 5.6 have no openat2(); there
 * absolute links lead into our own root.
 */
#include "libcaulk/process_path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_base(pid_t task, const char *path)
{
    char base[64];
    snprintf(base, sizeof(base), "/proc/%d/%s", (int)task, path[0] == '/' ? "root" : "cwd");
    return open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int open_below(int base, const char *path, bool in_root)
{
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = in_root ? RESOLVE_IN_ROOT : 0};
    int fd = (int)syscall(SYS_openat2, base, path, &how, sizeof(how));
    if (fd >= 0 || errno != ENOSYS)
        return fd;
    path += strspn(path, "/");
    return openat(base, *path ? path : ".", O_PATH | O_CLOEXEC);
}

static enum path_answer check_mount(int fd, int wanted)
{
    struct statvfs mount;
    if (fstatvfs(fd, &mount))
        return PATH_ALLOWED;
    if ((wanted & W_OK) && (mount.f_flag & ST_RDONLY))
        return PATH_READ_ONLY;
    return (wanted & X_OK) && (mount.f_flag & ST_NOEXEC) ? PATH_NO_EXEC : PATH_ALLOWED;
}

static enum path_answer check_part(int base, const struct credentials *credentials,
                                   const char *part, int wanted, bool is_last)
{
    struct stat status;
    int fd = open_below(base, part, part[0] == '/');
    if (fd < 0)
        return errno == EACCES || errno == EPERM ? PATH_UNKNOWN : PATH_MISSING;
    enum path_answer answer = PATH_ALLOWED;
    if (fstat(fd, &status))
        answer = PATH_UNKNOWN;
    else if (!is_last && !S_ISDIR(status.st_mode))
        answer = PATH_MISSING;
    else if (!credentials_allow(credentials, &status,
                                is_last && S_ISREG(status.st_mode) ? wanted & ~X_OK
                                : is_last                          ? wanted
                                                                   : X_OK))
        answer = PATH_DENIED;
    else if (is_last)
        answer = check_mount(fd, wanted);
    close(fd);
    return answer;
}

/* The length of the path's next part: "/", "/var", "/var/tmp"; all of it at the end. */
static size_t next_length(const char *path, size_t length)
{
    if (!length && path[0] == '/')
        return 1;
    length += strspn(path + length, "/");
    return length + strcspn(path + length, "/");
}

enum path_answer process_path_check(pid_t task, const struct credentials *credentials,
                                    const char *path, int wanted, char ret_where[PATH_MAX])
{
    int base = open_base(task, path);
    size_t length = 0, whole = strlen(path);
    enum path_answer answer = base < 0 ? PATH_UNKNOWN : PATH_ALLOWED;
    snprintf(ret_where, PATH_MAX, "%s", path);
    while (whole > 1 && path[whole - 1] == '/')
        whole--;
    while (answer == PATH_ALLOWED && length < whole && whole < PATH_MAX) {
        length = next_length(path, length);
        snprintf(ret_where, PATH_MAX, "%.*s", (int)length, path);
        answer = check_part(base, credentials, ret_where, wanted, length >= whole);
    }
    if (base >= 0)
        close(base);
    return answer;
}
