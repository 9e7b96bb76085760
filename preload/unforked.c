/* See unforked.h. The notes lie in memory that a forked child finds wiped, as it finds none of what
 * they are about. */
#include "preload/unforked.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/pagemap.h"
#include "preload/pages.h"
#include "preload/ranges.h"
#include "preload/signals.h"

static struct notes {
    _Atomic uint32_t lock;
    /* Without memory one is not noted: the dump lacks its roots. */
    struct ranges of[UNFORKED_KINDS];
} * notes;

_Atomic bool unforked_ever;

bool unforked_start(void)
{
    notes = pages_map(sizeof(*notes));
    if (notes)
        syscall(SYS_madvise, notes, PAGE_BYTES, MADV_WIPEONFORK);
    return notes != NULL;
}

uint64_t unforked_lock(void)
{
    uint64_t mask = signals_block_all();
    uint32_t open = 0;
    while (notes && !atomic_compare_exchange_weak(&notes->lock, &open, 1)) {
        open = 0;
        sched_yield();
    }
    return mask;
}

void unforked_unlock(uint64_t mask)
{
    if (notes)
        atomic_store(&notes->lock, 0);
    signals_restore(mask);
}

static struct range pages_of(const void *start, size_t bytes)
{
    uintptr_t first = (uintptr_t)start & ~(PAGE_BYTES - 1);
    return (struct range){first, ((uintptr_t)start + bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1)};
}

void unforked_add(enum unforked_kind kind, const void *start, size_t bytes)
{
    struct range range = pages_of(start, bytes);
    unforked_remove(kind, start, bytes);
    if (notes && ranges_add(&notes->of[kind], range.start, range.end))
        unforked_ever = true;
}

void unforked_remove(enum unforked_kind kind, const void *start, size_t bytes)
{
    struct range range = pages_of(start, bytes);
    if (notes)
        ranges_cut(&notes->of[kind], range.start, range.end);
}

void unforked_forget(const void *start, size_t bytes)
{
    for (enum unforked_kind kind = 0; kind < UNFORKED_KINDS; kind++)
        unforked_remove(kind, start, bytes);
}

static bool holds(enum unforked_kind kind, const void *start)
{
    const struct ranges *ranges = &notes->of[kind];
    uintptr_t address = (uintptr_t)start;
    for (size_t i = 0; i < ranges->count; i++)
        if (ranges->items[i].start <= address && address < ranges->items[i].end)
            return true;
    return false;
}

void unforked_move(const void *start, size_t bytes, const void *moved, size_t new_bytes)
{
    for (enum unforked_kind kind = 0; notes && kind < UNFORKED_KINDS; kind++) {
        bool held = holds(kind, start);
        unforked_remove(kind, start, bytes);
        unforked_remove(kind, moved, new_bytes);
        if (held)
            unforked_add(kind, moved, new_bytes);
    }
}

static void advise_all(enum unforked_kind kind, int advice)
{
    const struct ranges *ranges = &notes->of[kind];
    for (size_t i = 0; i < ranges->count; i++) {
        const struct range *range = &ranges->items[i];
        syscall(SYS_madvise, range->start, range->end - range->start, advice);
    }
}

void unforked_lend(void)
{
    if (!notes)
        return;
    advise_all(UNFORKED_ABSENT, MADV_DOFORK);
    advise_all(UNFORKED_WIPED, MADV_KEEPONFORK);
}

void unforked_take_back(void)
{
    if (!notes)
        return;
    advise_all(UNFORKED_ABSENT, MADV_DONTFORK);
    advise_all(UNFORKED_WIPED, MADV_WIPEONFORK);
}
