#include "libcaulk/process_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

/* Where a seccomp filter keeps process_vm_readv away, the mem file serves. */
static bool read_mem_file(pid_t pid, uint64_t address, void *ret_bytes, size_t count)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = pread(fd, ret_bytes, count, (off_t)address);
    int failure = got < 0 ? errno : EFAULT;
    close(fd);
    errno = failure;
    return got == (ssize_t)count;
}

bool process_memory_read(pid_t pid, uint64_t address, void *ret_bytes, size_t count)
{
    struct iovec here = {ret_bytes, count};
    struct iovec there = {(void *)(uintptr_t)address, count};
    ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (got == (ssize_t)count)
        return true;
    if (got < 0 && errno != ESRCH && errno != EFAULT)
        return read_mem_file(pid, address, ret_bytes, count);
    if (got >= 0)
        errno = EFAULT;
    return false;
}

/* Byte by byte: behind the last string of a stack there is no memory. */
bool process_memory_text(pid_t pid, uint64_t address, char *ret_text, size_t capacity)
{
    for (size_t i = 0; i < capacity; i++) {
        if (!process_memory_read(pid, address + i, ret_text + i, 1))
            return false;
        if (!ret_text[i])
            return true;
    }
    errno = ENAMETOOLONG;
    return false;
}
