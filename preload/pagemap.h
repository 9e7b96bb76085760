/*
 * Which pages of private memory were ever touched (/proc/self/pagemap): an untouched page holds no
 * pointer, and reading it would make it resident. Read in windows of some megabytes. That the
 * kernel tells of each page takes seconds where terabytes are reserved, so behind an empty window
 * it is asked for the next page instead, where it can say (see pagemap_scan.h), and the largest
 * holes are remembered.
 */
#ifndef CAULK_PAGEMAP_H
#define CAULK_PAGEMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/ranges.h"

#define PAGE_BYTES 4096ul
#define PAGEMAP_WINDOW 4096u /* pages */
#define PAGEMAP_HOLES 64u
#define PAGEMAP_HOLE_BYTES (1ul << 30) /* of the least that is remembered */

struct pagemap {
    int fd;           /* -1: nothing is known, every page counts as touched */
    bool scans;       /* the kernel finds the next page */
    uintptr_t window; /* address of the first page read */
    size_t pages;     /* read, from there on */
    uint64_t seen;    /* all their bits */
    uint64_t entries[PAGEMAP_WINDOW];
    struct range holes[PAGEMAP_HOLES]; /* that nobody touched */
    size_t hole_count;
};

/* proc_fd: /proc/self's directory, or -1. Its descriptor stays open until the process ends. */
void pagemap_init(struct pagemap *pagemap, int proc_fd);

/* The first run of pages in [start, end) that were touched, clipped to the range; of a private file
 * mapping with written_only those that no longer are the file's. False when there is none. */
bool pagemap_touched(struct pagemap *pagemap, uintptr_t start, uintptr_t end, bool written_only,
                     struct range *ret_run);

/* Bytes of [start, end) that are in memory now; all of them where nothing is known. */
uint64_t pagemap_resident(struct pagemap *pagemap, uintptr_t start, uintptr_t end);

#endif
