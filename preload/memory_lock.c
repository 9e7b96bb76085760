/*
 * See preload/memory_lock.h. The kernel's mlockall would make all of the tracker's sparse tables
 * resident, or fail because they are larger than RLIMIT_MEMLOCK. So the mappings are locked one by
 * one.
 */
#include "preload/memory_lock.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/maps.h"
#include "preload/pages.h"
#include "preload/proc.h"
#include "preload/raw_io.h"

struct owned {
    struct page_range *ranges;
    size_t count, bytes;
};

static bool owned_read(struct owned *ret_owned)
{
    size_t capacity = pages_ranges(NULL, 0) + 64; /* others may map meanwhile */
    ret_owned->bytes = capacity * sizeof(*ret_owned->ranges);
    ret_owned->ranges = pages_map(ret_owned->bytes);
    if (!ret_owned->ranges)
        return false;
    size_t count = pages_ranges(ret_owned->ranges, capacity);
    ret_owned->count = count < capacity ? count : capacity;
    return true;
}

/* The first of the tracker's ranges that ends above start; the kernel merges neighbours. */
static struct page_range next_owned(const struct owned *owned, uintptr_t start)
{
    struct page_range first = {UINTPTR_MAX, UINTPTR_MAX};
    for (size_t i = 0; i < owned->count; i++) {
        if (owned->ranges[i].end > start && owned->ranges[i].start < first.start)
            first = owned->ranges[i];
    }
    return first;
}

static int lock_range(uintptr_t start, uintptr_t end, int flags)
{
    unsigned mode = flags & MCL_ONFAULT ? MLOCK_ONFAULT : 0;
    return syscall(SYS_mlock2, start, end - start, mode) == 0 ? 0 : errno;
}

static int lock_mapping(const struct mapping *mapping, const struct owned *owned, int flags)
{
    int error = 0;
    uintptr_t at = mapping->start;
    while (at < mapping->end && !error) {
        struct page_range ours = next_owned(owned, at);
        uintptr_t end = ours.start < mapping->end ? ours.start : mapping->end;
        if (end > at)
            error = lock_range(at, end, flags);
        at = ours.start < mapping->end ? ours.end : mapping->end;
    }
    return error;
}

/* The kernel's own pages, which no lock applies to. */
static bool is_lockable(const struct mapping *mapping)
{
    return mapping->readable && !mapping_name_starts(mapping, "[v");
}

int memory_lock_current(int flags, bool *ret_tried)
{
    struct maps maps;
    struct owned owned;
    int error = 0;
    int proc = proc_open_self();
    *ret_tried = proc >= 0 && maps_read(proc, &maps) == 0;
    if (proc >= 0)
        raw_close(proc);
    if (!*ret_tried)
        return 0;
    *ret_tried = owned_read(&owned);
    for (size_t i = 0; *ret_tried && i < maps.count && !error; i++) {
        if (is_lockable(&maps.items[i]))
            error = lock_mapping(&maps.items[i], &owned, flags);
    }
    if (*ret_tried)
        pages_unmap(owned.ranges, owned.bytes);
    maps_finish(&maps);
    return error;
}
