/* See pagemap_scan.h. As in the kernel's Documentation/admin-guide/mm/pagemap.rst. */
#include "preload/pagemap_scan.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/seccomp.h"

enum { IS_PRESENT = 1 << 3, IS_SWAPPED = 1 << 4 };

struct region {
    uint64_t start, end, kinds;
};

_Static_assert(sizeof(struct pagemap_scan) == 96, "the structure as the kernel has it");
_Static_assert(sizeof(struct region) == 24, "a region as the kernel writes it");

bool pagemap_scan_next(int fd, uintptr_t start, uintptr_t end, uintptr_t *ret_page)
{
    struct region found;
    struct pagemap_scan scan = {
        .bytes = sizeof(scan),
        .start = start,
        .end = end,
        .regions = (uintptr_t)&found,
        .region_count = 1,
        .most_pages = 1,
        .any_of = IS_PRESENT | IS_SWAPPED,
        .returned = IS_PRESENT | IS_SWAPPED,
    };
    if (seccomp_kills(SYS_ioctl))
        return false;
    int saved = errno;
    long regions = syscall(SYS_ioctl, fd, PAGEMAP_SCAN_CALL, &scan); /* nobody's wrapper of it */
    errno = saved;
    if (regions >= 0)
        *ret_page = regions ? found.start : end;
    return regions >= 0;
}
