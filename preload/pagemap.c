/* See pagemap.h. Entries as in the kernel's Documentation/admin-guide/mm/pagemap.rst. */
#include "preload/pagemap.h"

#include <fcntl.h>
#include <unistd.h>

#include "preload/pagemap_scan.h"

#define ENTRY_PRESENT (1ull << 63)
#define ENTRY_SWAPPED (1ull << 62)
#define ENTRY_OF_FILE (1ull << 61) /* or of shared anonymous memory */

void pagemap_init(struct pagemap *pagemap, int proc_fd)
{
    pagemap->fd = proc_fd < 0 ? -1 : openat(proc_fd, "pagemap", O_RDONLY | O_CLOEXEC);
    pagemap->scans = true;
    pagemap->pages = 0;
    pagemap->seen = 0;
    pagemap->hole_count = 0;
}

static void move_window(struct pagemap *pagemap, uintptr_t page)
{
    uint64_t seen = 0;
    ssize_t n = pread(pagemap->fd, pagemap->entries, sizeof(pagemap->entries),
                      (off_t)(page / PAGE_BYTES * sizeof(uint64_t)));
    size_t pages = n > 0 ? (size_t)n / sizeof(uint64_t) : 0;
    for (size_t i = 0; i < pages; i++)
        seen |= pagemap->entries[i];
    pagemap->window = page;
    pagemap->pages = pages;
    pagemap->seen = seen;
}

/* The entry of the page at address; "present" where it can't be read. */
static uint64_t entry_of(struct pagemap *pagemap, uintptr_t address)
{
    uintptr_t page = address & ~(PAGE_BYTES - 1);
    if (page < pagemap->window || (page - pagemap->window) / PAGE_BYTES >= pagemap->pages)
        move_window(pagemap, page);
    if (pagemap->pages == 0)
        return ENTRY_PRESENT;
    return pagemap->entries[(page - pagemap->window) / PAGE_BYTES];
}

static bool is_touched(struct pagemap *pagemap, uintptr_t address, bool written_only)
{
    uint64_t entry = entry_of(pagemap, address);
    if (!(entry & (ENTRY_PRESENT | ENTRY_SWAPPED)))
        return false;
    return !written_only || !(entry & ENTRY_OF_FILE);
}

static uintptr_t next_page(uintptr_t address)
{
    return (address | (PAGE_BYTES - 1)) + 1;
}

/* Where to go on from an untouched page. Programs reserve terabytes: what is empty is left behind a
 * window at a time, or at once. */
static uintptr_t next_candidate(struct pagemap *pagemap, uintptr_t address, uintptr_t end)
{
    if (pagemap->seen & (ENTRY_PRESENT | ENTRY_SWAPPED))
        return next_page(address);
    uintptr_t beyond = pagemap->window + pagemap->pages * PAGE_BYTES;
    if (pagemap->scans && beyond < end && end - beyond >= PAGEMAP_HOLE_BYTES)
        pagemap->scans = pagemap_scan_next(pagemap->fd, beyond, end, &beyond);
    return beyond;
}

static uintptr_t past_hole(const struct pagemap *pagemap, uintptr_t address)
{
    for (size_t i = 0; i < pagemap->hole_count; i++)
        if (pagemap->holes[i].start <= address && address < pagemap->holes[i].end)
            return pagemap->holes[i].end;
    return address;
}

static void note_hole(struct pagemap *pagemap, uintptr_t start, uintptr_t end)
{
    if (start < end && end - start >= PAGEMAP_HOLE_BYTES && pagemap->hole_count < PAGEMAP_HOLES)
        pagemap->holes[pagemap->hole_count++] = (struct range){start, end};
}

static uintptr_t first_touched(struct pagemap *pagemap, uintptr_t start, uintptr_t end,
                               bool written_only)
{
    uintptr_t begin = past_hole(pagemap, start), at = begin;
    while (at < end && !is_touched(pagemap, at, written_only))
        at = next_candidate(pagemap, at, end);
    if (!written_only)
        note_hole(pagemap, begin, at < end ? at : end);
    return at;
}

bool pagemap_touched(struct pagemap *pagemap, uintptr_t start, uintptr_t end, bool written_only,
                     struct range *ret_run)
{
    if (pagemap->fd < 0) {
        *ret_run = (struct range){start, end};
        return start < end && !written_only;
    }
    start = first_touched(pagemap, start, end, written_only);
    if (start >= end)
        return false;
    uintptr_t stop = next_page(start);
    while (stop < end && is_touched(pagemap, stop, written_only))
        stop = next_page(stop);
    *ret_run = (struct range){start, stop < end ? stop : end};
    return true;
}

uint64_t pagemap_resident(struct pagemap *pagemap, uintptr_t start, uintptr_t end)
{
    if (pagemap->fd < 0)
        return end - start;
    uint64_t resident = 0;
    while (start < end) {
        uintptr_t stop = next_page(start) < end ? next_page(start) : end;
        if (entry_of(pagemap, start) & ENTRY_PRESENT)
            resident += stop - start;
        start = stop;
    }
    return resident;
}
