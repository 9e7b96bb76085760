/*
 * See glibc_heap.h. Three kinds of memory, told apart by the bits in the word before each block:
 *
 *   mmapped     a mapping of its own, as long as that word says, begun prev_size before the chunk
 *   arena       heaps aligned to their maximal size, each begun by a heap_info; the ring of arenas
 *               leads to them, live blocks confirm it
 *   main arena  [heap] and, where brk failed, mappings: see preload/main_heap.h
 *
 * Chunk and heap_info as in glibc 2.27 to 2.41.
 */
#include "preload/glibc_heap.h"

#include "preload/fault_guard.h"
#include "preload/main_arena.h"
#include "preload/main_heap.h"
#include "preload/malloc_chunk.h"
#include "preload/tracker.h"

#define HEAP_INFO_BYTES 0x30u
#define ARENAS_MAX 65536u
#define HEAPS_MAX 65536u

/* Maximal sizes of an arena's heap: usual, with huge pages of 2 MB, and of 1 GB. */
static const uintptr_t heap_bytes_max[] = {64ul << 20, 8ul << 20, 4ul << 30};

struct heap_info {
    uintptr_t arena;
    uintptr_t previous;
    uint64_t bytes, accessible_bytes;
};

struct search {
    struct dump_job *job;
    struct main_heap main;
    struct range last; /* the range that held the block before */
    bool failed;
};

static void add(struct search *search, uintptr_t start, uintptr_t end)
{
    if (!ranges_add(&search->job->allocator, start, end))
        search->failed = true;
    search->last = (struct range){start, end};
}

/* Whether a heap of that maximal size holds the address; adds it. */
static bool add_heap(struct search *search, uintptr_t address, uintptr_t bytes_max,
                     struct heap_info *ret_info)
{
    uintptr_t start = address & ~(bytes_max - 1);
    struct heap_info info;
    if (!fault_guard_copy(&info, start, sizeof(info)))
        return false;
    uintptr_t arena_heap = info.arena & ~(bytes_max - 1), first;
    if (info.arena - arena_heap < sizeof(info) || info.arena - arena_heap > HEAP_INFO_BYTES ||
        info.bytes > info.accessible_bytes || info.accessible_bytes > bytes_max ||
        address - start >= info.accessible_bytes ||
        !fault_guard_copy(&first, arena_heap, sizeof(first)) || first != info.arena)
        return false;
    add(search, start, start + info.accessible_bytes);
    *ret_info = info;
    return true;
}

/* The arena's heaps, from that of its top chunk back to the first. */
static void add_arena(struct search *search, const struct arena *arena)
{
    uintptr_t address = arena->top;
    struct heap_info info;
    for (unsigned k = 0; k < sizeof(heap_bytes_max) / sizeof(*heap_bytes_max); k++)
        for (unsigned i = 0; i < HEAPS_MAX; i++) {
            if (!add_heap(search, address, heap_bytes_max[k], &info))
                break;
            if (info.arena != arena->address || info.previous == 0)
                return;
            address = info.previous;
        }
}

static void add_arenas(struct search *search, const struct arena *main_arena)
{
    struct arena arena = *main_arena;
    add(search, arena.address, arena.end);
    for (unsigned i = 0; i < ARENAS_MAX && arena.next != main_arena->address; i++) {
        arena = arena_read(arena.next);
        add_arena(search, &arena);
    }
}

static void add_mmapped(struct search *search, uintptr_t chunk)
{
    uintptr_t start = chunk - chunk_previous_bytes(chunk), end = chunk + chunk_bytes(chunk);
    if (start <= chunk && start % PAGE_BYTES == 0 && end > chunk && end % PAGE_BYTES == 0)
        add(search, start, end);
}

static void add_arena_block(struct search *search, uintptr_t chunk)
{
    struct heap_info info;
    for (unsigned k = 0; k < sizeof(heap_bytes_max) / sizeof(*heap_bytes_max); k++)
        if (add_heap(search, chunk, heap_bytes_max[k], &info))
            return;
}

static void add_block(struct search *search, uintptr_t chunk)
{
    if (chunk_is_mmapped(chunk)) {
        add_mmapped(search, chunk);
    } else if (chunk_is_of_arena(chunk)) {
        add_arena_block(search, chunk);
    } else if (main_heap_add(&search->main, chunk, &search->last)) {
        search->failed |=
            !ranges_add(&search->job->allocator, search->last.start, search->last.end);
    }
}

static void run_search(void *argument)
{
    struct search *search = argument;
    struct dump_job *job = search->job;
    struct arena arena;
    for (uint32_t i = 0; i < job->module_count; i++)
        if (job->modules[i]->flags & DUMP_MODULE_LIBC && job->modules[i]->unloaded_tick == 0 &&
            main_arena_find(job->modules[i], &arena)) {
            search->main.top = arena.top;
            add_arenas(search, &arena);
        }
}

struct visit {
    struct search *search;
    uintptr_t chunk;
};

static void run_block(void *argument)
{
    struct visit *visit = argument;
    add_block(visit->search, visit->chunk);
}

bool glibc_heap_find(struct dump_job *job)
{
    struct search search = {.job = job};
    main_heap_init(&search.main, job);
    fault_guard_run(run_search, &search);
    struct block block;
    for (uintptr_t cursor = 0; block_table_next(&tracker.blocks, &cursor, &block);) {
        struct visit visit = {&search, block.address - CHUNK_HEAD_BYTES};
        if (ranges_contain(&job->tracker, block.address))
            continue;
        fault_guard_run(run_block, &visit);
        if (search.last.end > cursor && search.last.start < cursor)
            cursor = search.last.end; /* all blocks up to there are in it */
    }
    struct visit top = {&search, search.main.top};
    if (search.main.top && search.main.top >= search.main.before)
        fault_guard_run(run_block, &top);
    return !search.failed;
}
