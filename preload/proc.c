/* The descriptor that proc_keep() opens gets a high number, so that the program's own numbering
 * stays as it was. A daemon that closes everything afterwards closes it too; then /proc is out of
 * reach. */
#include "preload/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/raw_io.h"

enum { KEPT_DESCRIPTOR_MIN = 900 };

static int kept = -1;
static dev_t kept_device;

int proc_kept_descriptor(void)
{
    struct stat status;
    if (kept >= 0 && raw_status(kept, &status) && status.st_dev == kept_device)
        return kept;
    return -1;
}

void proc_keep(void)
{
    int saved_errno = errno;
    if (proc_kept_descriptor() < 0) {
        int fd = raw_open("/proc", O_PATH | O_DIRECTORY);
        struct stat status;
        if (fd >= 0 && raw_status(fd, &status)) {
            kept = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, KEPT_DESCRIPTOR_MIN);
            kept_device = status.st_dev;
        }
        if (fd >= 0)
            raw_close(fd);
    }
    errno = saved_errno;
}

int proc_open_outer_root(void)
{
    int proc = proc_kept_descriptor();
    return proc >= 0 ? raw_openat(proc, "..", O_PATH | O_DIRECTORY, 0) : -1;
}

int proc_open_self(void)
{
    int fd = raw_open("/proc/self", O_RDONLY | O_DIRECTORY);
    int proc = fd < 0 ? proc_kept_descriptor() : -1;
    return proc >= 0 ? raw_openat(proc, "self", O_RDONLY | O_DIRECTORY, 0) : fd;
}

int proc_open(const char *name)
{
    int self = proc_open_self();
    if (self < 0)
        return -1;
    int fd = raw_openat(self, name, O_RDONLY, 0);
    raw_close(self);
    return fd;
}

ssize_t proc_read(const char *name, char *ret_text, size_t capacity)
{
    int fd = proc_open(name);
    if (fd < 0)
        return -1;
    size_t length = 0;
    ssize_t n;
    while (length < capacity - 1 &&
           ((n = raw_read(fd, ret_text + length, capacity - 1 - length)) > 0 ||
            (n < 0 && errno == EINTR)))
        length += n > 0 ? (size_t)n : 0;
    raw_close(fd);
    ret_text[length] = '\0';
    return (ssize_t)length;
}
