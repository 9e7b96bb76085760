/*
 * See main_heap.h.
 *
 *        area's start                                            area's end
 *        | foreign  | chunk | chunk | LIVE | chunk | … | fence fence | foreign |
 *                   ^start found backward  ^given        ^end found forward
 *
 * Forward from a live chunk, sizes lead from chunk to chunk: to the top chunk, to a fence, or to
 * something that is no chunk. The walk must pass through every live block: where it jumps over one,
 * a size was overwritten, and the piece ends before the chunk that jumped. Backward nothing leads,
 * so every place is asked whether a chain of sizes leads from it to the live chunk; the lowest one
 * is the start. Usually that is the area's start, which is tried first.
 */
#include "preload/main_heap.h"

#include "preload/malloc_chunk.h"
#include "preload/pages.h"
#include "preload/tracker.h"

/* A piece's first live chunk is hardly ever so far from its start; what is merged before it by the
 * kernel may be a reservation of terabytes. */
#define SEARCH_MAX_BYTES (1ul << 30)

void main_heap_init(struct main_heap *heap, struct dump_job *job)
{
    *heap = (struct main_heap){.maps = &job->maps, .blocks = &tracker.blocks};
}

static bool can_hold_chunks(const struct mapping *mapping)
{
    return !mapping->shared && mapping->inode == 0;
}

/* The private anonymous mappings around the chunk, without a gap. */
static struct range find_area(const struct main_heap *heap, uintptr_t chunk)
{
    const struct mapping *first = maps_find(heap->maps, chunk), *last = first;
    if (!first)
        return (struct range){chunk, UINTPTR_MAX};
    const struct mapping *start = heap->maps->items, *end = start + heap->maps->count - 1;
    while (first > start && first[-1].end == first->start && can_hold_chunks(first - 1))
        first--;
    while (last < end && last->end == last[1].start && can_hold_chunks(last + 1))
        last++;
    struct range area = {first->start, last->end};
    if (area.start < heap->before && heap->before <= chunk)
        area.start = heap->before;
    return area;
}

/* The chunk after this one; 0 where this is no chunk of the main arena. */
static uintptr_t next_chunk(uintptr_t chunk, uintptr_t end)
{
    uint64_t word = chunk_size_word(chunk), bytes = word & ~7ull;
    bool plausible = bytes >= CHUNK_MIN_BYTES && bytes % CHUNK_ALIGN == 0 &&
                     !(word & (CHUNK_MMAPPED | CHUNK_OF_ARENA));
    return plausible && bytes <= end - chunk ? chunk + bytes : 0;
}

/* The live block at or after the address; its chunk. */
static uintptr_t live_chunk(const struct main_heap *heap, uintptr_t address)
{
    uintptr_t cursor = address + CHUNK_HEAD_BYTES;
    struct block block;
    if (!block_table_next(heap->blocks, &cursor, &block))
        return UINTPTR_MAX;
    return block.address - CHUNK_HEAD_BYTES;
}

static uintptr_t after_fence(uintptr_t fence, uintptr_t end)
{
    uintptr_t second = fence + CHUNK_HEAD_BYTES;
    if (end - second >= CHUNK_HEAD_BYTES && chunk_is_fence(second))
        return second + CHUNK_HEAD_BYTES;
    return second;
}

static uintptr_t walk_forward(const struct main_heap *heap, uintptr_t chunk, uintptr_t end)
{
    uintptr_t at = chunk, live = live_chunk(heap, chunk);
    while (end - at >= CHUNK_HEAD_BYTES) {
        if (chunk_is_fence(at))
            return after_fence(at, end);
        uintptr_t next = next_chunk(at, end);
        if (next && at == heap->top)
            return next;
        if (at == live)
            live = live_chunk(heap, at + 1);
        if (!next || next > live)
            return at;
        at = next;
    }
    return at;
}

static bool leads_to(uintptr_t from, uintptr_t chunk)
{
    while (from && from < chunk)
        from = next_chunk(from, chunk);
    return from == chunk;
}

static bool may_begin(uintptr_t chunk)
{
    return chunk_size_word(chunk) & CHUNK_PREVIOUS_IN_USE;
}

/* The lowest place in [start, chunk) from which sizes lead to the chunk; places are decided from
 * the highest down, so that each needs one look: at the place that its size leads to. */
static uintptr_t lowest_start(uintptr_t start, uintptr_t chunk)
{
    size_t places = (chunk - start) / CHUNK_ALIGN, bytes = places / 8 + 1;
    uint8_t *leads = pages_map(bytes);
    uintptr_t lowest = chunk;
    for (size_t i = places; leads && i-- > 0;) {
        uintptr_t place = start + i * CHUNK_ALIGN, next = next_chunk(place, chunk);
        size_t to = (next - start) / CHUNK_ALIGN;
        if (!next || (next < chunk && !(leads[to / 8] >> to % 8 & 1)))
            continue;
        leads[i / 8] |= (uint8_t)(1u << i % 8);
        if (may_begin(place))
            lowest = place;
    }
    pages_unmap(leads, bytes);
    return lowest;
}

static uintptr_t find_start(uintptr_t start, uintptr_t chunk)
{
    start = (start + CHUNK_ALIGN - 1) & ~(uintptr_t)(CHUNK_ALIGN - 1);
    if (start >= chunk || leads_to(start, chunk))
        return start < chunk ? start : chunk;
    if (chunk - start > SEARCH_MAX_BYTES)
        start = chunk - SEARCH_MAX_BYTES;
    return lowest_start(start, chunk);
}

bool main_heap_add(struct main_heap *heap, uintptr_t chunk, struct range *ret_piece)
{
    struct range area = find_area(heap, chunk);
    uintptr_t end = walk_forward(heap, chunk, area.end);
    if (end <= chunk)
        return false;
    *ret_piece = (struct range){find_start(area.start, chunk), end};
    heap->before = end;
    return true;
}
