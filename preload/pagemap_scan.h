/*
 * PAGEMAP_SCAN, an ioctl of /proc/self/pagemap's since Linux 6.7: the kernel's page tables are
 * walked for pages of a kind, and what is empty is left behind at once. Declared here since the
 * headers that programs are built with may be older than the kernel they run on.
 */
#ifndef CAULK_PAGEMAP_SCAN_H
#define CAULK_PAGEMAP_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

struct pagemap_scan {
    uint64_t bytes; /* of this structure */
    uint64_t flags;
    uint64_t start, end; /* addresses of pages */
    uint64_t ret_walked;
    uint64_t regions, region_count; /* where they are written to, and for how many is room */
    uint64_t most_pages;
    uint64_t inverted, all_of, any_of, returned; /* kinds of pages, as bits */
};

#define PAGEMAP_SCAN_CALL _IOWR('f', 16, struct pagemap_scan)

/* The first page of [start, end) that is in memory or swapped out; end where there is none. False
 * where the kernel can't say. */
bool pagemap_scan_next(int fd, uintptr_t start, uintptr_t end, uintptr_t *ret_page);

#endif
