/* See main_arena.h. A bin is named by the address that would be its chunk's: 16 bytes before its
 * pair of pointers, so an empty bin's pointers are 16 less than their own address. */
#include "preload/main_arena.h"

#include <elf.h>

#include "preload/fault_guard.h"

#define WORD sizeof(uint64_t)
#define TOP_OFFSET 0x60u
#define BINS_OFFSET 0x70u
#define BIN_COUNT 127u
#define BINS_BYTES (BIN_COUNT * 2 * WORD)
#define BINMAP_BYTES 16u
#define NEXT_OFFSET (BINS_OFFSET + BINS_BYTES + BINMAP_BYTES)
#define ARENA_BYTES (NEXT_OFFSET + 5 * WORD)
#define CHUNK_FORWARD 16u
#define CHUNK_BACK 24u

static uint64_t word_at(uintptr_t address)
{
    return *(const uint64_t *)address;
}

static bool is_empty_bin(uintptr_t pair)
{
    return word_at(pair) == pair - CHUNK_FORWARD && word_at(pair + WORD) == pair - CHUNK_FORWARD;
}

static bool is_bin(uintptr_t pair)
{
    if (is_empty_bin(pair))
        return true;
    uintptr_t first = word_at(pair);
    uint64_t back;
    return first % 16 == 0 && fault_guard_copy(&back, first + CHUNK_BACK, sizeof(back)) &&
           back == pair - CHUNK_FORWARD;
}

static bool are_bins(uintptr_t bins)
{
    for (unsigned i = 0; i < BIN_COUNT; i++)
        if (!is_bin(bins + i * 2 * WORD))
            return false;
    return true;
}

/* The bins that the empty bin at `pair` is one of; 0 where it is none. */
static uintptr_t bins_around(uintptr_t pair, uintptr_t start, uintptr_t end)
{
    for (unsigned number = 0; number < BIN_COUNT; number++) {
        uintptr_t bins = pair - number * 2 * WORD;
        if (bins < start + BINS_OFFSET)
            return 0;
        if (bins - BINS_OFFSET + ARENA_BYTES <= end && are_bins(bins))
            return bins;
    }
    return 0;
}

static bool find_in(uintptr_t start, uintptr_t end, struct arena *ret_arena)
{
    for (uintptr_t pair = start; pair + 2 * WORD <= end; pair += WORD) {
        uintptr_t bins = is_empty_bin(pair) ? bins_around(pair, start, end) : 0;
        if (bins) {
            *ret_arena = arena_read(bins - BINS_OFFSET);
            return true;
        }
    }
    return false;
}

bool main_arena_find(const struct loaded_module *libc, struct arena *ret_arena)
{
    for (uint32_t i = 0; i < libc->segment_count; i++) {
        const struct module_segment *segment = &libc->segments[i];
        uintptr_t start = (segment->start + WORD - 1) & ~(WORD - 1);
        if (segment->flags & PF_W && find_in(start, segment->end, ret_arena))
            return true;
    }
    return false;
}

struct arena arena_read(uintptr_t address)
{
    return (struct arena){
        .address = address,
        .end = address + ARENA_BYTES,
        .top = word_at(address + TOP_OFFSET),
        .next = word_at(address + NEXT_OFFSET),
    };
}
