/* Calls after which the kernel holds what a snapshot needs, or /proc gets out of reach. Each goes
 * straight to the kernel: libc's versions do nothing more. */
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/export.h"
#include "preload/kernel_words.h"
#include "preload/proc.h"

EXPORT int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
    kernel_words_note_epoll(epoll);
    return (int)syscall(SYS_epoll_ctl, epoll, operation, fd, event);
}

EXPORT int chroot(const char *path)
{
    proc_keep();
    return (int)syscall(SYS_chroot, path);
}
