/* Calls after which the kernel holds what a snapshot needs, or waits where a snapshot would, or
 * /proc gets out of reach. Those that nobody else is known to hook go straight to the kernel:
 * libc's versions do nothing more. */
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/export.h"
#include "preload/fork_events.h"
#include "preload/kernel_words.h"
#include "preload/next.h"
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

typedef int ioctl_function(int, unsigned long, ...);
static ioctl_function *next_ioctl;

__attribute__((constructor)) static void find_next(void)
{
    NEXT(next_ioctl, "ioctl");
}

EXPORT int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    bool asks = fork_events_would(request, argument);
    int result = next_ioctl ? next_ioctl(fd, request, argument)
                            : (int)syscall(SYS_ioctl, fd, request, argument);
    if (asks && result == 0)
        fork_events_note();
    return result;
}
