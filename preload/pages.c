/*
 * The tracker's own memory. A fixed table in .bss records the mappings: its untouched pages cost
 * nothing, and a snapshot's child reads it without following pointers. An entry is claimed by
 * changing its start from 0 to CLAIMED, so that no reader sees half of one; a hint makes the search
 * for a free entry short.
 *
 * The system calls are made past libc's wrappers, which a program may replace with its own.
 */
#include "preload/pages.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/seccomp.h"

#define PAGE_BYTES 4096u
#define HUGE_PAGE_BYTES (2u << 20)
/* A region of the block table covers 64 MB: this is enough for terabytes and 10,000s of threads. */
#define RANGE_LIMIT 65536u
#define CLAIMED 1u /* no page starts here */

struct range {
    _Atomic uintptr_t start; /* 0: free; CLAIMED: being filled in */
    _Atomic uintptr_t end;
};

static struct range ranges[RANGE_LIMIT];
static _Atomic uint32_t range_limit; /* entries from here on have never been used */
static _Atomic uint32_t range_hint;  /* entries before it are likely taken */

/* Address space set aside; both 0 where there is none. It is made once. */
static _Atomic uintptr_t reserve_start, reserve_end;

static size_t round_up(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) & ~(unit - 1);
}

static bool claim(uint32_t index, uintptr_t start, uintptr_t end)
{
    uintptr_t free_entry = 0;
    if (!atomic_compare_exchange_strong(&ranges[index].start, &free_entry, CLAIMED))
        return false;
    atomic_store(&ranges[index].end, end);
    atomic_store(&ranges[index].start, start);
    atomic_store(&range_hint, index + 1);

    uint32_t limit = atomic_load(&range_limit);
    while (limit < index + 1 && !atomic_compare_exchange_weak(&range_limit, &limit, index + 1))
        continue;
    return true;
}

static bool record(uintptr_t start, uintptr_t end)
{
    uint32_t hint = atomic_load(&range_hint);
    for (uint32_t i = 0; i < RANGE_LIMIT; i++) {
        uint32_t index = (hint + i) % RANGE_LIMIT;
        if (atomic_load(&ranges[index].start) == 0 && claim(index, start, end))
            return true;
    }
    return false;
}

static void forget(uintptr_t start)
{
    uint32_t limit = atomic_load(&range_limit);
    for (uint32_t i = 0; i < limit; i++) {
        uintptr_t expected = start;
        if (atomic_load(&ranges[i].start) != start)
            continue;
        if (atomic_compare_exchange_strong(&ranges[i].start, &expected, 0)) {
            atomic_store(&range_hint, i);
            return;
        }
    }
}

static void advise(uintptr_t start, size_t bytes, int advice)
{
    if (!seccomp_kills(SYS_madvise))
        syscall(SYS_madvise, start, bytes, advice);
}

static long map(size_t bytes, int protection)
{
    if (seccomp_kills(SYS_mmap))
        return -1;
    return syscall(SYS_mmap, NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
}

/* Pages of the reserve, or -1. */
static long map_reserved(size_t bytes)
{
    uintptr_t end = atomic_load(&reserve_end);
    uintptr_t start = atomic_load(&reserve_start);
    do {
        if (bytes > end - start)
            return -1;
    } while (!atomic_compare_exchange_weak(&reserve_start, &start, start + bytes));
    return syscall(SYS_mprotect, start, bytes, PROT_READ | PROT_WRITE) == 0 ? (long)start : -1;
}

/* Pages that begin where a huge one may, or -1: more are mapped, what lies around is given back. */
static long map_aligned(size_t bytes)
{
    const size_t spare = HUGE_PAGE_BYTES - PAGE_BYTES;
    long start = seccomp_kills(SYS_munmap) ? -1 : map(bytes + spare, PROT_READ | PROT_WRITE);
    if (start == -1)
        return -1;
    size_t before = round_up((size_t)start, HUGE_PAGE_BYTES) - (size_t)start;
    if (before > 0)
        syscall(SYS_munmap, start, before);
    if (before < spare)
        syscall(SYS_munmap, start + (long)(before + bytes), spare - before);
    return start + (long)before;
}

/* Fresh pages that are recorded, or 0. */
static uintptr_t map_recorded(size_t bytes, bool huge)
{
    long start = map_reserved(bytes);
    if (start == -1 && huge)
        start = map_aligned(bytes);
    if (start == -1)
        start = map(bytes, PROT_READ | PROT_WRITE);
    if (start == -1)
        return 0;
    if (!record((uintptr_t)start, (uintptr_t)start + bytes)) {
        syscall(SYS_munmap, start, bytes);
        return 0;
    }
    advise((uintptr_t)start, bytes, MADV_DONTDUMP);
    return (uintptr_t)start;
}

static void *map_advised(size_t bytes, int advice)
{
    int saved_errno = errno;
    bool may_be_huge = bytes >= HUGE_PAGE_BYTES;
    uintptr_t start =
        map_recorded(round_up(bytes, PAGE_BYTES), may_be_huge && advice == MADV_HUGEPAGE);
    if (start != 0 && may_be_huge)
        advise(start, bytes, advice);
    errno = saved_errno;
    return (void *)start;
}

/* Many systems give huge pages to everyone who doesn't object. */
void *pages_map(size_t bytes)
{
    return map_advised(bytes, MADV_NOHUGEPAGE);
}

void *pages_map_huge(size_t bytes)
{
    return map_advised(bytes, MADV_HUGEPAGE);
}

void pages_populate(void *start, size_t bytes)
{
    int saved_errno = errno;
    advise((uintptr_t)start, bytes, MADV_POPULATE_WRITE);
    errno = saved_errno;
}

/* Small enough not to be noticed in the call that needs it, it is mapped at once. */
void *pages_map_dense(size_t bytes)
{
    void *start = bytes < HUGE_PAGE_BYTES ? pages_map(bytes) : pages_map_huge(bytes);
    if (start && bytes < HUGE_PAGE_BYTES)
        pages_populate(start, bytes);
    return start;
}

void *pages_map_shared(size_t bytes)
{
    bytes = round_up(bytes, PAGE_BYTES);
    long start =
        syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (start == -1)
        return NULL;
    if (!record((uintptr_t)start, (uintptr_t)start + bytes)) {
        syscall(SYS_munmap, start, bytes);
        errno = ENOMEM;
        return NULL;
    }
    return (void *)start;
}

void pages_unmap(void *start, size_t bytes)
{
    if (!start || seccomp_kills(SYS_munmap))
        return;
    int saved_errno = errno;
    forget((uintptr_t)start);
    syscall(SYS_munmap, start, round_up(bytes, PAGE_BYTES));
    errno = saved_errno;
}

bool pages_reserve(size_t bytes)
{
    if (atomic_load(&reserve_end) != 0)
        return true;
    int saved_errno = errno;
    long start = map(round_up(bytes, PAGE_BYTES), PROT_NONE);
    errno = saved_errno;
    if (start == -1)
        return false;
    atomic_store(&reserve_start, (uintptr_t)start);
    atomic_store(&reserve_end, (uintptr_t)start + round_up(bytes, PAGE_BYTES));
    return true;
}

/* What is left of the reserve is ours too: pages of it may be mapped after this. */
static size_t add_reserve(struct page_range *ret_ranges, size_t count, size_t capacity)
{
    struct page_range rest = {atomic_load(&reserve_start), atomic_load(&reserve_end)};
    if (rest.start == rest.end)
        return count;
    if (count < capacity)
        ret_ranges[count] = rest;
    return count + 1;
}

size_t pages_ranges(struct page_range *ret_ranges, size_t capacity)
{
    uint32_t limit = atomic_load(&range_limit);
    size_t count = 0;
    for (uint32_t i = 0; i < limit; i++) {
        uintptr_t start = atomic_load(&ranges[i].start);
        if (start <= CLAIMED)
            continue;
        if (count < capacity)
            ret_ranges[count] = (struct page_range){start, atomic_load(&ranges[i].end)};
        count++;
    }
    return add_reserve(ret_ranges, count, capacity);
}
