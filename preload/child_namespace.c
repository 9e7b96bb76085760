/* A link to a namespace that has no first process yet is there, and leads nowhere. */
#include "preload/child_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/plain_text.h"
#include "preload/proc.h"
#include "preload/raw_io.h"

static int open_error(int directory, const char *name, int flags)
{
    int fd = raw_openat(directory, name, flags, 0);
    if (fd < 0)
        return errno;
    raw_close(fd);
    return 0;
}

bool child_namespace_is_empty(void)
{
    char link[64];
    int saved_errno = errno;
    int own = proc_open_self();
    if (own < 0)
        return false;
    text_format(link, sizeof(link), "task/%d/ns/pid_for_children", (int)syscall(SYS_gettid));
    bool is_empty = open_error(own, link, O_PATH | O_NOFOLLOW) == 0 &&
                    open_error(own, link, O_RDONLY) == ENOENT;
    raw_close(own);
    errno = saved_errno;
    return is_empty;
}
