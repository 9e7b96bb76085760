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
    struct ranges kept; /* without memory a range is not noted: the dump lacks its roots */
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

void unforked_add(const void *start, size_t bytes)
{
    struct range range = pages_of(start, bytes);
    unforked_remove(start, bytes);
    if (notes && ranges_add(&notes->kept, range.start, range.end))
        unforked_ever = true;
}

void unforked_remove(const void *start, size_t bytes)
{
    struct range range = pages_of(start, bytes);
    if (notes)
        ranges_cut(&notes->kept, range.start, range.end);
}

bool unforked_holds(const void *start)
{
    uintptr_t address = (uintptr_t)start;
    for (size_t i = 0; notes && i < notes->kept.count; i++)
        if (notes->kept.items[i].start <= address && address < notes->kept.items[i].end)
            return true;
    return false;
}

static void advise_all(int advice)
{
    for (size_t i = 0; notes && i < notes->kept.count; i++) {
        const struct range *range = &notes->kept.items[i];
        syscall(SYS_madvise, range->start, range->end - range->start, advice);
    }
}

void unforked_lend(void)
{
    advise_all(MADV_DOFORK);
}

void unforked_take_back(void)
{
    advise_all(MADV_DONTFORK);
}
