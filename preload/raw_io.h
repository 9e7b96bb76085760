/*
 * Input and output straight from the kernel. libc's own functions are cancellation points: a thread
 * that the program has cancelled would end inside the tracker, holding whatever it holds. Errors as
 * in libc: -1 and errno.
 */
#ifndef CAULK_RAW_IO_H
#define CAULK_RAW_IO_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "preload/seccomp.h"

static inline int raw_openat(int directory, const char *path, int flags, mode_t mode)
{
    return (int)syscall(SYS_openat, directory, path, flags | O_CLOEXEC, mode);
}

static inline int raw_open(const char *path, int flags)
{
    return raw_openat(AT_FDCWD, path, flags, 0);
}

static inline void raw_close(int fd)
{
    syscall(SYS_close, fd);
}

static inline ssize_t raw_read(int fd, void *ret_bytes, size_t capacity)
{
    return syscall(SYS_read, fd, ret_bytes, capacity);
}

static inline ssize_t raw_write(int fd, const void *bytes, size_t count)
{
    return syscall(SYS_write, fd, bytes, count);
}

/* By whichever of two calls a seccomp filter allows. */
static inline bool raw_status(int fd, struct stat *ret_status)
{
    return (!seccomp_kills(SYS_fstat) && syscall(SYS_fstat, fd, ret_status) == 0) ||
           (!seccomp_kills(SYS_newfstatat) &&
            syscall(SYS_newfstatat, fd, "", ret_status, AT_EMPTY_PATH) == 0);
}

#endif
