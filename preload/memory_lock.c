/*
 * See preload/memory_lock.h. The kernel's mlockall would make all of the tracker's sparse tables
 * resident, or fail because they are larger than RLIMIT_MEMLOCK. So the mappings are locked one by
 * one. The tracker's code is locked too: the program runs through it.
 */
#include "preload/memory_lock.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
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

/* The linker's: the tables that the tracker has in its library, larger than many a program's limit.
 */
extern char __bss_start[], _end[];

static struct page_range own_variables(void)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    return (struct page_range){((uintptr_t)__bss_start + page - 1) & -page,
                               ((uintptr_t)_end + page - 1) & -page};
}

static bool owned_read(struct owned *ret_owned)
{
    size_t capacity = pages_ranges(NULL, 0) + 64; /* others may map meanwhile */
    ret_owned->bytes = capacity * sizeof(*ret_owned->ranges);
    ret_owned->ranges = pages_map(ret_owned->bytes);
    if (!ret_owned->ranges)
        return false;
    ret_owned->ranges[0] = own_variables();
    size_t count = 1 + pages_ranges(ret_owned->ranges + 1, capacity - 1);
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

/* What of the mapping is the program's, range by range, until the visitor gives an error. */
typedef int visitor(uintptr_t start, uintptr_t end, void *context);

static int visit_mapping(const struct mapping *mapping, const struct owned *owned, visitor *visit,
                         void *context)
{
    int error = 0;
    uintptr_t at = mapping->start;
    while (at < mapping->end && !error) {
        struct page_range ours = next_owned(owned, at);
        uintptr_t end = ours.start < mapping->end ? ours.start : mapping->end;
        if (end > at)
            error = visit(at, end, context);
        at = ours.start < mapping->end ? ours.end : mapping->end;
    }
    return error;
}

/* The kernel's own pages, which no lock applies to, are left out. */
static bool is_lockable(const struct mapping *mapping)
{
    return mapping->readable && !mapping_name_starts(mapping, "[v");
}

static int visit_all(const struct maps *maps, const struct owned *owned, visitor *visit,
                     void *context)
{
    int error = 0;
    for (size_t i = 0; i < maps->count && !error; i++) {
        if (is_lockable(&maps->items[i]))
            error = visit_mapping(&maps->items[i], owned, visit, context);
    }
    return error;
}

static int add_bytes(uintptr_t start, uintptr_t end, void *total)
{
    *(size_t *)total += end - start;
    return 0;
}

static int lock_range(uintptr_t start, uintptr_t end, void *mode)
{
    return syscall(SYS_mlock2, start, end - start, *(unsigned *)mode) == 0 ? 0 : errno;
}

static int unlock_range(uintptr_t start, uintptr_t end, void *unused)
{
    (void)unused;
    syscall(SYS_munlock, start, end - start);
    return 0;
}

static bool is_privileged(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capget, &header, data) == 0 &&
           (data[0].effective & (1u << CAP_IPC_LOCK)) != 0;
}

/* As the kernel does: all of it at once, or nothing. */
static int lock_all(const struct maps *maps, const struct owned *owned, int flags)
{
    struct rlimit limit = {0, 0};
    size_t total = 0;
    unsigned mode = flags & MCL_ONFAULT ? MLOCK_ONFAULT : 0;
    visit_all(maps, owned, add_bytes, &total);
    syscall(SYS_prlimit64, 0, RLIMIT_MEMLOCK, NULL, &limit);
    if (total > limit.rlim_cur && !is_privileged())
        return limit.rlim_cur == 0 ? EPERM : ENOMEM;
    int error = visit_all(maps, owned, lock_range, &mode);
    if (error)
        visit_all(maps, owned, unlock_range, NULL);
    return error;
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
    if (*ret_tried) {
        error = lock_all(&maps, &owned, flags);
        pages_unmap(owned.ranges, owned.bytes);
    }
    maps_finish(&maps);
    return error;
}
