/* See allocator_pages.h: a directory leads to bitmaps of one page each, for 128 MB of address
 * space. */
#include "preload/allocator_pages.h"

#include <stdatomic.h>

#include "preload/pagemap.h"
#include "preload/pages.h"

#define REGION_BITS 27u
#define REGION_BYTES (1ul << REGION_BITS)
#define ADDRESS_BITS 47u
#define REGIONS (1ul << (ADDRESS_BITS - REGION_BITS))
#define WORD_PAGES 64u
#define WORD_BYTES (WORD_PAGES * PAGE_BYTES)
#define BITMAP_WORDS (REGION_BYTES / WORD_BYTES)

typedef _Atomic uint64_t bitmap_word;
typedef _Atomic(bitmap_word *) directory_entry;

static _Atomic(directory_entry *) directory;

/* What *slot leads to; where it is empty and memory is to be made, new pages. */
static void *get_pages(void *_Atomic *slot, size_t bytes, bool make)
{
    void *pages = atomic_load_explicit(slot, memory_order_acquire), *fresh;
    if (pages || !make)
        return pages;
    fresh = pages_map(bytes);
    if (fresh && !atomic_compare_exchange_strong(slot, &pages, fresh)) {
        pages_unmap(fresh, bytes);
        return pages;
    }
    return fresh;
}

static bitmap_word *get_bitmap(uintptr_t address, bool make)
{
    if (address >> ADDRESS_BITS)
        return NULL;
    directory_entry *entries =
        get_pages((void *_Atomic *)&directory, REGIONS * sizeof(*entries), make);
    if (!entries)
        return NULL;
    return get_pages((void *_Atomic *)&entries[address >> REGION_BITS],
                     BITMAP_WORDS * sizeof(bitmap_word), make);
}

static size_t word_of(uintptr_t address)
{
    return (address & (REGION_BYTES - 1)) / WORD_BYTES;
}

/* The bits of the pages of [start, end) in the word that start's is in. */
static uint64_t mask_of(uintptr_t start, uintptr_t end)
{
    uintptr_t base = start & ~(WORD_BYTES - 1);
    unsigned first = (unsigned)((start - base) / PAGE_BYTES);
    uintptr_t stop = end < base + WORD_BYTES ? end : base + WORD_BYTES;
    unsigned count = (unsigned)((stop - start + PAGE_BYTES - 1) / PAGE_BYTES);
    return (count == WORD_PAGES ? ~0ull : (1ull << count) - 1) << first;
}

static void change(uintptr_t start, size_t bytes, bool mapped)
{
    uintptr_t end = start + bytes, next;
    if (bytes > ALLOCATOR_PAGES_MAX_BYTES || end < start)
        return;
    for (; start < end; start = next) {
        next = (start | (WORD_BYTES - 1)) + 1;
        bitmap_word *bitmap = get_bitmap(start, mapped);
        if (!bitmap)
            continue;
        if (mapped)
            atomic_fetch_or(&bitmap[word_of(start)], mask_of(start, end));
        else
            atomic_fetch_and(&bitmap[word_of(start)], ~mask_of(start, end));
    }
}

void allocator_pages_mapped(uintptr_t start, size_t bytes)
{
    change(start, bytes, true);
}

void allocator_pages_unmapped(uintptr_t start, size_t bytes)
{
    change(start, bytes, false);
}

/* The run in the word's part from address on; false when there is none. */
static bool run_in_word(uint64_t word, uintptr_t address, struct range *ret_run)
{
    uintptr_t base = address & ~(WORD_BYTES - 1);
    word &= ~0ull << (address - base) / PAGE_BYTES;
    if (word == 0)
        return false;
    unsigned first = (unsigned)__builtin_ctzll(word);
    uint64_t rest = ~(word >> first);
    unsigned count = rest ? (unsigned)__builtin_ctzll(rest) : WORD_PAGES;
    count = count < WORD_PAGES - first ? count : WORD_PAGES - first;
    ret_run->start = base + first * PAGE_BYTES;
    ret_run->end = ret_run->start + count * PAGE_BYTES;
    return true;
}

bool allocator_pages_next(uintptr_t *cursor, struct range *ret_run)
{
    uintptr_t address = *cursor;
    while (directory && address >> ADDRESS_BITS == 0) {
        bitmap_word *bitmap = get_bitmap(address, false);
        if (!bitmap) {
            address = (address | (REGION_BYTES - 1)) + 1;
        } else if (run_in_word(bitmap[word_of(address)], address, ret_run)) {
            *cursor = ret_run->end;
            return true;
        } else {
            address = (address | (WORD_BYTES - 1)) + 1;
        }
    }
    return false;
}
